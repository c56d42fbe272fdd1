/* Makes the system calls whose numbers are its arguments, with no arguments of their own; prints what each returns. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		errno = 0;
		long result = syscall(atol(argv[i]), -1, 0, 0, 0, 0, 0);
		printf("%s %d\n", argv[i], result < 0 ? errno : 0);
	}
	return 0;
}
