#include <string.h>

#include "bench.h"

size_t encode_word(unsigned char *out, const char *word, size_t length)
{
	size_t n = 0;

	if (length < 0x80) {
		out[n++] = (unsigned char)length;
	} else if (length < 0x4000) {
		out[n++] = (unsigned char)(length >> 8 | 0x80);
		out[n++] = (unsigned char)length;
	} else if (length < 0x200000) {
		out[n++] = (unsigned char)(length >> 16 | 0xc0);
		out[n++] = (unsigned char)(length >> 8);
		out[n++] = (unsigned char)length;
	} else {
		CHECK(length < 0x10000000);
		out[n++] = (unsigned char)(length >> 24 | 0xe0);
		out[n++] = (unsigned char)(length >> 16);
		out[n++] = (unsigned char)(length >> 8);
		out[n++] = (unsigned char)length;
	}
	memcpy(out + n, word, length);
	return n + length;
}

size_t encode_sentence(unsigned char *out, const char *const *words, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += encode_word(out + n, words[i], strlen(words[i]));
	out[n++] = 0;
	return n;
}

/* The one of core/wire/reference_test.go. */
size_t encode_row(unsigned char *out, const char *tag)
{
	const char *words[REFERENCE_WORDS] = {
		"!re", tag ? tag : ".tag=7", "=.id=*1", "=name=ether1", "=default-name=ether1", "=type=ether", "=mtu=1500",
		"=actual-mtu=1500", "=l2mtu=1592", "=max-l2mtu=9578", "=mac-address=48:8F:5A:00:00:01",
		"=last-link-up-time=nov/23/2026 15:38:12", "=link-downs=0", "=rx-byte=123456789012",
		"=tx-byte=98765432109", "=rx-packet=1234567890", "=running=true", "=disabled=false",
		"=comment=uplink to the towers,",
	};

	return encode_sentence(out, words, REFERENCE_WORDS);
}
