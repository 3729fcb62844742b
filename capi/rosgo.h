/*
 * The border between C and Go: what each side hands to the other. All memory is C's; Go reads and writes it
 * during a call, and not afterwards. Calls are made through the gate (gate.h) alone, by one thread at a time
 * for one handle, and never wait. Where nothing else is said they return 0 or an errno.
 */
#ifndef ROSGO_H
#define ROSGO_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the caller's: a word, a name, a password. */
struct rosgo_bytes {
	const unsigned char *data;
	size_t length;
};

/* Room for Go to write bytes for the router to. */
struct rosgo_output {
	unsigned char *data;
	size_t capacity;
	size_t length; /* out */
};

/* A sentence to be sent. */
struct rosgo_command {
	const struct rosgo_bytes *words;
	size_t word_count;
	uintptr_t handler; /* what replies come back with; 0 is nobody */
	int tagged;        /* give it an id and a tag */
	int tag_at_end;
	int id; /* out, when tagged */
	struct rosgo_output output;
};

/* How many bytes a sentence can need beyond those of its words: length and end, and a tag. */
#define ROSGO_PER_WORD 5
#define ROSGO_PER_SENTENCE 32
/* The same for a whole /cancel, and for a login beyond the name and the password. */
#define ROSGO_CANCEL_SIZE 64
#define ROSGO_LOGIN_SIZE 128

struct rosgo_cancel {
	int target;
	int id; /* out: the cancelling's own, for rosgo_withdraw */
	struct rosgo_output output;
};

/* Of client.LoginState what C acts on. */
enum rosgo_login_state { ROSGO_LOGIN_WAITING = 1, ROSGO_LOGIN_CHALLENGED = 2 };

struct rosgo_login {
	struct rosgo_bytes name;
	struct rosgo_bytes password;
	struct rosgo_output output;
};

/* Where a word lies: wire.Span. */
struct rosgo_span {
	uint32_t start;
	uint32_t length;
};

enum rosgo_kind { ROSGO_OTHER, ROSGO_ROW, ROSGO_DONE, ROSGO_TRAP, ROSGO_FATAL };

/* A sentence that arrived, and whom it is for. */
struct rosgo_record {
	uintptr_t handler;   /* 0: nobody waits for its tag */
	size_t base;         /* what its spans count from, in the input buffer */
	uint32_t first_span; /* of word_count spans */
	uint32_t word_count;
	uint32_t tag_start; /* from base; tag_length is 0 when there is none */
	uint32_t tag_length;
	uint8_t kind;
	uint8_t copy; /* one more for a handler, of the record without handler that follows */
};

/* Input to be made into records. */
struct rosgo_input {
	const unsigned char *data;
	size_t length;
	size_t base; /* of data, in the input buffer */
	struct rosgo_record *records;
	size_t record_room;
	size_t record_count; /* in and out */
	struct rosgo_span *spans;
	size_t span_room;
	size_t span_count;  /* in and out */
	size_t consumed;    /* out */
	size_t more_records; /* out: room that lacked for the next sentence; call again when there is */
	size_t more_spans;
	int login; /* out: enum rosgo_login_state */
	int ended; /* out: 0, or the errno of what ended the stream */
};

/* The runtime's own start function, noted by the constructor in internal/rt; NULL on an architecture that
 * has none, where the loader has started the runtime already. */
extern __attribute__((visibility("hidden"))) void (*ros_go_rt0)(int, char **, char **);

/* The runtime's table of signals, and its scavenger, noted by the same; see signals.c and collect.go. */
extern __attribute__((visibility("hidden"))) void *ros_go_sigtable;
extern __attribute__((visibility("hidden"))) void *ros_go_scavenger;

/* Returns at once; that it returns shows that the runtime is up. */
extern void rosgo_ready(void);

extern int rosgo_connect(void **handle);
extern void rosgo_disconnect(void *handle);
extern int rosgo_send_command(void *handle, struct rosgo_command *command);
extern int rosgo_cancel(void *handle, struct rosgo_cancel *cancel);
extern int rosgo_withdraw(void *handle, int id);
extern int rosgo_add_event(void *handle, struct rosgo_bytes *tag, uintptr_t handler);
extern int rosgo_remove_event(void *handle, struct rosgo_bytes *tag);
/* Begins a login, or answers the challenge when there is one. */
extern int rosgo_login(void *handle, struct rosgo_login *login);
/* Ends a login: returns 0 when it was accepted. One that is under way is given up; its answer may still come
 * when sent is not 0. */
extern int rosgo_login_end(void *handle, int sent);
extern int rosgo_receive(void *handle, struct rosgo_input *input);
/* counters is the public struct, filled but for what C counts; handle may be NULL. */
struct ros_counters;
extern int rosgo_get_counters(void *handle, struct ros_counters *counters);

#endif
