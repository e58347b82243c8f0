package k6module

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
)

// receiveDrops sums what the kernel dropped because this process's UDP sockets were full (Linux: the last column of /proc/net/udp, of the
// sockets that this process holds), those included that are closed by now.
type receiveDrops struct {
	mu   sync.Mutex
	past uint64
	// By inode, as last seen.
	open map[string]uint64
}

// total so far. An error where that cannot be read.
func (r *receiveDrops) total() (uint64, error) {
	mine, err := ownSockets()
	if err != nil {
		return 0, err
	}
	now := map[string]uint64{}
	for _, file := range []string{"/proc/net/udp", "/proc/net/udp6"} {
		dropsOf(file, mine, now)
	}
	return r.take(now), nil
}

func (r *receiveDrops) take(now map[string]uint64) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	for inode, drops := range r.open {
		// A closed socket's drops stay; an inode that counts from zero again is another socket's.
		if after, still := now[inode]; !still || after < drops {
			r.past += drops
		}
	}
	r.open = now
	sum := r.past
	for _, drops := range now {
		sum += drops
	}
	return sum
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

func dropsOf(file string, mine map[string]bool, into map[string]uint64) {
	const inodeField, dropsField = 9, 12
	opened, err := os.Open(file)
	if err != nil {
		return
	}
	defer func() { _ = opened.Close() }()
	lines := bufio.NewScanner(opened)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) <= dropsField || !mine[fields[inodeField]] {
			continue
		}
		if n, err := strconv.ParseUint(fields[dropsField], 10, 64); err == nil {
			into[fields[inodeField]] = n
		}
	}
}
