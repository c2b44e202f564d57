/* The cheapest tunnel there is: listens on 127.0.0.1:PORT and does nothing, so that what is measured is p2p. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (argc < 2) return 2;
  address.sin_port = htons((unsigned short)atoi(argv[1]));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 16) != 0) return 1;
  for (;;) pause();
}
