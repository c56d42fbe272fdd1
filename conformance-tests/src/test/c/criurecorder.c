/*
 * Stands where criu is looked for, writes down what a runtime asks criu for, and saves and restores nothing: questions
 * about the version and the features are answered as criu 3.17 on a kernel with all of them does, every other request
 * is written into a file as it came and refused.
 *
 * usage: criurecorder swrk SOCKET, with the file in $CRIU_REQUEST
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FEATURE_CHECK = 9, VERSION = 10 }; /* enum criu_req_type */

static void answer(int socket, const char *response, size_t length) {
    if (send(socket, response, length, 0) != (ssize_t)length) {
        perror("send");
        exit(1);
    }
}

int main(int argc, char **argv) {
    static char request[1 << 16];
    const char *path = getenv("CRIU_REQUEST");
    if (argc != 3 || strcmp(argv[1], "swrk") || !path) {
        fprintf(stderr, "usage: criurecorder swrk SOCKET, with the file in $CRIU_REQUEST\n");
        return 2;
    }
    int socket = atoi(argv[2]);
    for (;;) {
        ssize_t length = recv(socket, request, sizeof request, 0);
        if (length <= 0)
            return 0;
        /* Field 1 of criu_req, its type, comes first. In a criu_resp: 1 type, 2 success, 8 features, 9 text, 10 version. */
        int type = request[0] == 1 << 3 ? request[1] : -1;
        if (type == VERSION) {
            static const char version[] = {1 << 3, VERSION, 2 << 3, 1, 10 << 3 | 2, 4, 1 << 3, 3, 2 << 3, 17};
            answer(socket, version, sizeof version);
        } else if (type == FEATURE_CHECK) {
            static const char features[] = {1 << 3, FEATURE_CHECK, 2 << 3, 1, 8 << 3 | 2, 4, 1 << 3, 1, 2 << 3, 1};
            answer(socket, features, sizeof features);
        } else {
            int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
            if (file < 0 || write(file, request, length) != length) {
                perror(path);
                return 1;
            }
            static const char refused[] = {1 << 3, 0, 2 << 3, 0, 9 << 3 | 2, 8, 'r', 'e', 'c', 'o', 'r', 'd', 'e', 'd'};
            char response[sizeof refused];
            memcpy(response, refused, sizeof refused);
            response[1] = (char)type;
            answer(socket, response, sizeof response);
        }
    }
}
