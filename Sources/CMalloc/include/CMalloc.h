// The C library's own word on the memory that it keeps, which Swift's Glibc leaves out.

#ifndef CMALLOC_H
#define CMALLOC_H

#include <malloc.h>

#endif
