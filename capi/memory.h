/*
 * Results and sentences: malloc memory that no Go is needed for.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "librouteros.h"
#include "rosgo.h"

/* Makes a result of a sentence that lies in input: one block with the structs, the word pointers and the
 * bytes. Returns NULL with ENOMEM. */
struct ros_result *result_new(const struct rosgo_record *record, const struct rosgo_span *spans,
                              const unsigned char *input);

#endif
