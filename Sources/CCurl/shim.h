// libcurl for Swift. Swift cannot call C's variadic functions, so each type that
// curl_easy_setopt is called with here has a function of its own.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies the string.
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl keeps the pointer, not what it points to: it must stay good for the whole transfer.
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_callback(CURL *handle, CURLoption option,
                                          curl_write_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode ccurl_set_progress(CURL *handle, CURLoption option,
                                          curl_xferinfo_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

// An expression in C, which Swift does not import.
static const long ccurl_global_default = CURL_GLOBAL_DEFAULT;
static const size_t ccurl_error_size = CURL_ERROR_SIZE;

#endif
