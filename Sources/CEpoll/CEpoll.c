#define _GNU_SOURCE
#include <sys/socket.h>

#include "CEpoll.h"

int cepoll_accept(int descriptor, struct sockaddr *address, socklen_t *length) {
    return accept4(descriptor, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
