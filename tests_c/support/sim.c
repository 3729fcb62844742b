#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

const char *const eras[ERAS] = {"6.42", "6.44", "6.49", "7.17", "7.18"};

static struct sim *sims;

static void child(char **argv, int out, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	dup2(out, 1);
	execv(argv[0], argv);
	_exit(127);
}

static int port_in_first_line(int fd)
{
	char line[200];
	size_t n = 0;
	char *colon;

	while (n + 1 < sizeof line && read(fd, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	colon = strrchr(line, ':');
	if (strncmp(line, "listening on ", 13) != 0 || colon == NULL)
		fail_msg("the simulated router says \"%s\"", line);
	return atoi(colon + 1);
}

struct sim *sim_start_(const char *version, ...)
{
	char *argv[32] = {NULL, (char *)"-listen", (char *)"127.0.0.1:0", (char *)"-version", NULL};
	int pipe_fd[2], n = 4;
	struct sim *s = calloc(1, sizeof *s);
	pid_t parent = getpid();
	va_list more;

	assert_non_null(s);
	argv[0] = getenv("ROUTERSIM");
	if (argv[0] == NULL)
		argv[0] = (char *)"build/routersim";
	argv[n++] = (char *)version;
	va_start(more, version);
	while (n < 31 && (argv[n] = va_arg(more, char *)) != NULL)
		n++;
	va_end(more);
	assert_int_equal(pipe2(pipe_fd, O_CLOEXEC), 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0)
		child(argv, pipe_fd[1], parent);
	close(pipe_fd[1]);
	s->out = pipe_fd[0];
	s->next = sims;
	sims = s;
	s->port = port_in_first_line(s->out);
	return s;
}

void sims_stop(void)
{
	while (sims != NULL) {
		struct sim *s = sims;

		sims = s->next;
		kill(s->pid, SIGKILL);
		while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
			;
		close(s->out);
		free(s);
	}
}
