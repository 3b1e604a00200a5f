// What Linux offers beyond POSIX for many sockets, which Swift's Glibc leaves out.
#ifndef CEPOLL_H
#define CEPOLL_H

#include <sys/epoll.h>
#include <sys/eventfd.h>

struct sockaddr;

// accept(2) of a connection that neither blocks nor reaches programs that are started.
int cepoll_accept(int descriptor, struct sockaddr *address, unsigned int *length);

#endif
