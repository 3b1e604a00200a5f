// zlib for Swift, which does not see macros that are calls.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

// Begins to read gzip, and nothing else that zlib knows (RFC 1952).
static inline int czlib_begin_gunzip(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }

#endif
