/* A seccomp agent: prints the message that comes with the listener's descriptor, then denies mkdir with ENOANO (55) and
   lets all other calls go on. Usage: seccompagent SOCKET */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[65536], control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { text, sizeof text };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof control };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd = -1;

	strncpy(address.sun_path, argv[argc - 1], sizeof address.sun_path - 1);
	alarm(30);
	if (bind(listener, (struct sockaddr *) &address, sizeof address) || listen(listener, 1))
		return 1;
	puts("listening");
	fflush(stdout);
	int connection = accept(listener, NULL, NULL);
	long size = recvmsg(connection, &message, 0);
	if (size <= 0 || !CMSG_FIRSTHDR(&message))
		return 2;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
	printf("%.*s\n", (int) size, text);
	fflush(stdout);
	for (;;) {
		struct seccomp_notif call = { 0 };
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &call)) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			return 0;
		}
		struct seccomp_notif_resp answer = { .id = call.id };
		if (call.data.nr == SYS_mkdirat
#ifdef SYS_mkdir
		    || call.data.nr == SYS_mkdir
#endif
		    )
			answer.error = -ENOANO;
		else
			answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}
