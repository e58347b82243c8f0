// Command relay puts a bad network in front of a server's media port, for a browser.
//
// No candidate has to be rewritten: the whole of 127.0.0.0/8 is this machine. Start the server with one worker that listens on 127.0.0.1 and
// announces 127.0.0.2, and the relay on the same port of 127.0.0.2:
//
//	LECTERN_WORKERS=1 LECTERN_MEDIA_HOST=127.0.0.1 LECTERN_MEDIA_ADDRESS=127.0.0.2 LECTERN_MEDIA_PORT=40000 ...
//	relay -listen 127.0.0.2:40000 -server 127.0.0.1:40000 -loss 0.02 -delay 100ms -jitter 20ms -kbps 300 -seed 1
//
// Nobody listens for TCP at 127.0.0.2: the browser takes UDP, through the relay. It prints what it carried and dropped once a second, as JSON, and
// ends with SIGINT or SIGTERM. A number on a line of standard input is the new -kbps.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"lectern-loadtest/relay"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	listen := flag.String("listen", "127.0.0.2:40000", "address that the server announces")
	server := flag.String("server", "127.0.0.1:40000", "address that the media worker listens on")
	loss := flag.Float64("loss", 0, "share of packets that is dropped, each way")
	delay := flag.Duration("delay", 0, "delay, each way")
	jitter := flag.Duration("jitter", 0, "delay on top, evenly from zero up, each way")
	kbps := flag.Int("kbps", 0, "rate on the way to the client; 0 is unbounded")
	seed := flag.Uint64("seed", 1, "what is dropped and delayed hangs on it")
	flag.Parse()
	target, err := net.ResolveUDPAddr("udp", *server)
	if err != nil {
		return err
	}
	up := relay.Conditions{LossShare: *loss, Delay: *delay, Jitter: *jitter}
	down := up
	down.BitsPerSecond = *kbps * 1000
	r, err := relay.Listen(*listen, target, up, down, *seed)
	if err != nil {
		return err
	}
	defer r.Close()
	go takeRates(os.Stdin, r)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return tell(ctx, r)
}

func takeRates(in io.Reader, r *relay.Relay) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		kbps, err := strconv.Atoi(strings.TrimSpace(lines.Text()))
		if err != nil || kbps < 0 {
			fmt.Fprintf(os.Stderr, "%q is no rate in kbit/s\n", lines.Text())
			continue
		}
		r.SetRate(kbps * 1000)
	}
}

func tell(ctx context.Context, r *relay.Relay) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	out := json.NewEncoder(os.Stdout)
	for {
		carried, dropped := r.Counted()
		if err := out.Encode(map[string]any{"listens": r.Address().String(), "carried": carried, "dropped": dropped}); err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}
