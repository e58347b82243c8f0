package relay

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// echo answers every packet with itself, and tells from which address it came.
func echo(t *testing.T) (*net.UDPAddr, chan string) {
	t.Helper()
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	from := make(chan string, 1000)
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, client, err := socket.ReadFromUDP(buffer)
			if err != nil {
				return
			}
			from <- client.String()
			_, _ = socket.WriteToUDP(buffer[:n], client)
		}
	}()
	return socket.LocalAddr().(*net.UDPAddr), from
}

func dial(t *testing.T, to *net.UDPAddr) *net.UDPConn {
	t.Helper()
	socket, err := net.DialUDP("udp", nil, to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	return socket
}

func TestPacketsComeThroughInOrderAndDelayed(t *testing.T) {
	server, _ := echo(t)
	conditions := Conditions{Delay: 30 * time.Millisecond}
	relay, err := Listen("127.0.0.1:0", server, conditions, conditions, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	client := dial(t, relay.Address())
	sent := time.Now()
	for i := range 20 {
		_, _ = fmt.Fprintf(client, "%02d", i)
	}
	buffer := make([]byte, 100)
	for i := range 20 {
		_ = client.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, err := client.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(buffer[:n]); got != fmt.Sprintf("%02d", i) {
			t.Fatalf("%s came as number %d", got, i)
		}
	}
	if took := time.Since(sent); took < 60*time.Millisecond {
		t.Errorf("there and back in %s", took)
	}
	if carried, dropped := relay.Counted(); carried != 40 || dropped != 0 {
		t.Errorf("carried %d, dropped %d", carried, dropped)
	}
}

func TestTheServerSeesAnAddressForEachClient(t *testing.T) {
	server, from := echo(t)
	network := NewNetwork(Conditions{}, Conditions{}, 1)
	defer network.Close()
	seen := map[string]bool{}
	for range 3 {
		front, err := network.Through(server)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = dial(t, front).Write([]byte("here"))
		seen[<-from] = true
	}
	if len(seen) != 3 {
		t.Errorf("the server saw %v", seen)
	}
}

func TestWhatIsDroppedDoesNotArrive(t *testing.T) {
	server, _ := echo(t)
	relay, err := Listen("127.0.0.1:0", server, Conditions{}, Conditions{LossShare: 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	client := dial(t, relay.Address())
	_, _ = client.Write([]byte("lost on the way back"))
	for _, dropped := relay.Counted(); dropped == 0; _, dropped = relay.Counted() {
		time.Sleep(time.Millisecond)
	}
	if carried, dropped := relay.Counted(); carried != 1 || dropped != 1 {
		t.Errorf("carried %d, dropped %d", carried, dropped)
	}
}
