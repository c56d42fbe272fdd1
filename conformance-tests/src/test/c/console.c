/*
 * The other end of a console socket, as an engine has it: listens on the socket, takes one message with one
 * descriptor, says what came, then copies between that terminal and its own standard streams until the terminal hangs
 * up or standard input ends.
 *
 * usage: console SOCKET
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: console SOCKET\n");
        return 2;
    }
    strcpy(address.sun_path, argv[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1))
        die("bind");
    puts("listening");
    fflush(stdout);
    int peer = accept(listener, NULL, NULL);
    if (peer < 0)
        die("accept");

    char name[4096] = "", control[CMSG_SPACE(4 * sizeof(int))];
    struct iovec data = {name, sizeof name - 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(peer, &message, 0);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (length <= 0 || !header || header->cmsg_type != SCM_RIGHTS) {
        fprintf(stderr, "no descriptor came\n");
        return 1;
    }
    int master;
    memcpy(&master, CMSG_DATA(header), sizeof master);
    printf("descriptors=%zu terminal=%d name=%s\n", (header->cmsg_len - CMSG_LEN(0)) / sizeof(int), isatty(master), name);
    fflush(stdout);

    struct pollfd wait[2] = {{.fd = master, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    char buffer[4096];
    for (;;) {
        if (poll(wait, 2, -1) < 0 && errno != EINTR)
            die("poll");
        if (wait[0].revents) {
            ssize_t n = read(master, buffer, sizeof buffer);
            if (n <= 0) /* EIO: nobody holds the other side any more */
                return 0;
            if (write(1, buffer, n) != n)
                die("write");
        }
        if (wait[1].revents) {
            ssize_t n = read(0, buffer, sizeof buffer);
            if (n <= 0)
                wait[1].fd = -1;
            else if (write(master, buffer, n) != n)
                die("write to terminal");
        }
    }
}
