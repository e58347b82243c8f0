package k6module

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ownReceiveDrops is how many packets the kernel dropped because this process's UDP sockets were full (Linux: the last column of
// /proc/net/udp, of the sockets that this process holds). An error where that cannot be read.
func ownReceiveDrops() (uint64, error) {
	mine, err := ownSockets()
	if err != nil {
		return 0, err
	}
	var drops uint64
	for _, file := range []string{"/proc/net/udp", "/proc/net/udp6"} {
		drops += dropsOf(file, mine)
	}
	return drops, nil
}

func ownSockets() (map[string]bool, error) {
	const directory = "/proc/self/fd"
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	sockets := map[string]bool{}
	for _, entry := range entries {
		// One that was closed meanwhile is none.
		target, err := os.Readlink(directory + "/" + entry.Name())
		if err != nil {
			continue
		}
		var inode string
		if _, err := fmt.Sscanf(target, "socket:[%s", &inode); err == nil {
			sockets[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return sockets, nil
}

func dropsOf(file string, mine map[string]bool) uint64 {
	const inodeField, dropsField = 9, 12
	opened, err := os.Open(file)
	if err != nil {
		return 0
	}
	defer func() { _ = opened.Close() }()
	var drops uint64
	lines := bufio.NewScanner(opened)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) <= dropsField || !mine[fields[inodeField]] {
			continue
		}
		if n, err := strconv.ParseUint(fields[dropsField], 10, 64); err == nil {
			drops += n
		}
	}
	return drops
}
