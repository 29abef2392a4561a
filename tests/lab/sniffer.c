// SPDX-License-Identifier: GPL-2.0-or-later
/* sniffer DEVICE: a packet socket that gets every packet of the device and is never read, so that it soon overflows. */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int room = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);

	to.sll_ifindex = argc == 2 ? (int)if_nametoindex(argv[1]) : 0;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("sniffer");
		return 1;
	}
	pause();
	return 0;
}
