package webrtc

import (
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// gatherFor is how long a loop waits after what it read, so that packets come to it in batches: without it every packet of a crowd wakes it by
// itself. Lateness is measured that much too high at most.
const gatherFor = time.Millisecond

// socket is one connected UDP socket. Thousands of them are read by a few loops over epoll: a goroutine for each would cost a stack, and two
// switches and a read in vain for each packet.
type socket struct {
	fd    int
	local *net.UDPAddr
	take  func(packet []byte)
	loop  *readLoop

	// Held for reading by whoever uses the descriptor, for the system gives the number of a closed one to somebody else at once.
	using  sync.RWMutex
	closed bool
}

// readLoop reads all sockets of one epoll descriptor.
type readLoop struct {
	epoll int

	mu      sync.RWMutex
	sockets map[int32]*socket
}

var (
	loopsOnce sync.Once
	loops     []*readLoop
	loopsErr  error
	nextLoop  atomic.Uint32
)

// dialSocket opens a socket from this address, which may be nil, to the remote one. `take` is called with each packet, by one loop at a time.
func dialSocket(from, remote *net.UDPAddr, take func(packet []byte)) (*socket, error) {
	loopsOnce.Do(startLoops)
	if loopsErr != nil {
		return nil, loopsErr
	}
	family, to := addressOf(remote)
	fd, err := syscall.Socket(family, syscall.SOCK_DGRAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	s := &socket{fd: fd, take: take, loop: loops[int(nextLoop.Add(1))%len(loops)]}
	if err := s.connect(from, to); err != nil {
		_ = syscall.Close(fd)
		return nil, err
	}
	return s, nil
}

func (s *socket) connect(from *net.UDPAddr, to syscall.Sockaddr) error {
	// A smaller buffer than asked for shows as drops, which are counted.
	_ = syscall.SetsockoptInt(s.fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, receiveBufferBytes)
	if from != nil {
		_, at := addressOf(from)
		if err := syscall.Bind(s.fd, at); err != nil {
			return os.NewSyscallError("bind", err)
		}
	}
	if err := syscall.Connect(s.fd, to); err != nil {
		return os.NewSyscallError("connect", err)
	}
	local, err := syscall.Getsockname(s.fd)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	switch at := local.(type) {
	case *syscall.SockaddrInet4:
		s.local = &net.UDPAddr{IP: at.Addr[:], Port: at.Port}
	case *syscall.SockaddrInet6:
		s.local = &net.UDPAddr{IP: at.Addr[:], Port: at.Port}
	}
	return s.loop.add(s)
}

// Write sends one packet. What a full buffer or a closed port does not take is lost, as in a network: only a closed socket is an error.
func (s *socket) Write(packet []byte) error {
	s.using.RLock()
	defer s.using.RUnlock()
	if s.closed {
		return net.ErrClosed
	}
	_, _ = syscall.Write(s.fd, packet)
	return nil
}

// Close may be called twice.
func (s *socket) Close() {
	s.using.Lock()
	defer s.using.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.loop.remove(s)
	_ = syscall.Close(s.fd)
}

func (s *socket) read(buffer []byte) int {
	s.using.RLock()
	defer s.using.RUnlock()
	if s.closed {
		return 0
	}
	// An error says that nobody listens at the port for now: consent finds out.
	n, _ := syscall.Read(s.fd, buffer)
	return n
}

func startLoops() {
	for range runtime.GOMAXPROCS(0) {
		epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
		if err != nil {
			loopsErr = os.NewSyscallError("epoll_create1", err)
			return
		}
		loop := &readLoop{epoll: epoll, sockets: map[int32]*socket{}}
		loops = append(loops, loop)
		go loop.run()
	}
}

func (l *readLoop) add(s *socket) error {
	l.mu.Lock()
	l.sockets[int32(s.fd)] = s
	l.mu.Unlock()
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(s.fd)}
	if err := syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_ADD, s.fd, &event); err != nil {
		l.forget(s)
		return os.NewSyscallError("epoll_ctl", err)
	}
	return nil
}

func (l *readLoop) remove(s *socket) {
	l.forget(s)
	_ = syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_DEL, s.fd, &syscall.EpollEvent{})
}

func (l *readLoop) forget(s *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sockets, int32(s.fd))
}

// run reads one packet of each socket that has any, again and again. It lasts as long as the process.
func (l *readLoop) run() {
	events := make([]syscall.EpollEvent, 256)
	ready := make([]*socket, 0, len(events))
	buffer := make([]byte, packetBytes)
	for {
		n, err := syscall.EpollWait(l.epoll, events, -1)
		if err != nil && err != syscall.EINTR {
			panic(os.NewSyscallError("epoll_wait", err))
		}
		ready = ready[:0]
		l.mu.RLock()
		for _, event := range events[:max(n, 0)] {
			if s := l.sockets[event.Fd]; s != nil {
				ready = append(ready, s)
			}
		}
		l.mu.RUnlock()
		for _, s := range ready {
			if n := s.read(buffer); n > 0 {
				s.take(buffer[:n])
			}
		}
		clear(ready)
		if n < len(events) {
			time.Sleep(gatherFor)
		}
	}
}

func addressOf(at *net.UDPAddr) (family int, address syscall.Sockaddr) {
	if ip := at.IP.To4(); ip != nil {
		return syscall.AF_INET, &syscall.SockaddrInet4{Port: at.Port, Addr: [4]byte(ip)}
	}
	return syscall.AF_INET6, &syscall.SockaddrInet6{Port: at.Port, Addr: [16]byte(at.IP.To16())}
}
