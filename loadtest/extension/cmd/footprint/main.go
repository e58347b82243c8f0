// Command footprint measures what one participant costs the generator: memory, CPU of joining, and CPU of each packet received. It takes a
// class and its instructor's seat, lets a few people in, then many, and prints the differences as JSON.
//
//	footprint -origin http://127.0.0.1:8080 -code JOIN-CODE -seat SEAT.json [-few 100 -many 2000 -contribute 0.5 -ptime 60ms -profile cpu.prof]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"lectern-loadtest/crowd"
	"lectern-loadtest/signalling"
)

type options struct {
	origin, code, token, seat, profile, heap string
	few, many                                int
	contribute, perSecond                    float64
	video                                    int
	ptime, settle                            time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.origin, "origin", "", "origin of the server")
	flag.StringVar(&o.code, "code", "", "join code of the class")
	flag.StringVar(&o.token, "token", "", "of the server for load tests: lifts its limits by address")
	flag.StringVar(&o.seat, "seat", "", "file with the instructor's seat as JSON")
	flag.IntVar(&o.few, "few", 100, "participants at the first measurement")
	flag.IntVar(&o.many, "many", 2000, "participants at the second")
	flag.Float64Var(&o.contribute, "contribute", 0.5, "share that contributes to the signal")
	flag.Float64Var(&o.perSecond, "rate", 60, "joins a second")
	flag.IntVar(&o.video, "video", 0, "bits a second of the instructor's camera, received by everybody; 0 is none")
	flag.DurationVar(&o.ptime, "ptime", 60*time.Millisecond, "time between two packets of sound")
	flag.DurationVar(&o.settle, "settle", 10*time.Second, "time to settle before each measurement")
	flag.StringVar(&o.profile, "profile", "", "file for a CPU profile of the joins and the time after them")
	flag.StringVar(&o.heap, "heap", "", "file for a heap profile with everybody in")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(o options) error {
	raw, err := os.ReadFile(o.seat)
	if err != nil {
		return err
	}
	seat := &signalling.Seat{}
	if err := json.Unmarshal(raw, seat); err != nil {
		return err
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	class, err := crowd.NewClass(o.origin, o.code, o.token, crowd.NewMeter())
	if err != nil {
		return err
	}
	instructor := crowd.NewInstructor(ctx, class, seat)
	if err := instructor.Teach(ctx, crowd.Plays{Ptime: o.ptime, VideoBitsPerSecond: o.video}); err != nil {
		return err
	}
	defer instructor.End()
	plan := crowd.Plan{Contribute: o.contribute, Prefix: "Footprint"}
	if o.video > 0 {
		plan.Video = 1
	}
	people := crowd.NewCrowd(ctx, class, plan)
	return measure(ctx, o, class, people)
}

func measure(ctx context.Context, o options, class *crowd.Class, people *crowd.Crowd) error {
	over := func(n int) time.Duration { return time.Duration(float64(n) / o.perSecond * float64(time.Second)) }
	people.Enter(ctx, o.few, over(o.few))
	time.Sleep(o.settle)
	few := residentBytes()
	if o.profile != "" {
		file, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	cpu, totals := cpuTime(), class.Meter.Totals()
	joined := people.Enter(ctx, o.many-o.few, over(o.many-o.few))
	joins, received := cpuTime()-cpu, class.Meter.Totals().AudioExpected-totals.AudioExpected
	time.Sleep(o.settle)
	quietCPU, quietPackets := quiet(class)
	many := residentBytes()
	perPacket := quietCPU / time.Duration(max(quietPackets, 1))
	last := class.Meter.Totals()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{
		"participants": len(people.Students()),
		"goroutines":   runtime.NumGoroutine(),
		// Of those of the second measurement.
		"memoryKb": float64(int64(many)-int64(few)) / float64(max(joined, 1)) / 1024,
		// The packets that came meanwhile are taken out.
		"joinCpuMs": milliseconds(joins-perPacket*time.Duration(received)) / float64(max(joined, 1)),
		// Everything that goes on beside them is in it.
		"packetCpuUs":   1000 * milliseconds(perPacket),
		"audioExpected": last.AudioExpected, "audioLost": last.AudioLost,
		"videoExpected": last.VideoExpected, "videoLost": last.VideoLost,
		"failures": class.Meter.Failures(),
	}); err != nil {
		return err
	}
	if o.heap != "" {
		file, err := os.Create(o.heap)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		return pprof.WriteHeapProfile(file)
	}
	return nil
}

// quiet gives the CPU time and the packets of ten seconds in which nobody comes.
func quiet(class *crowd.Class) (time.Duration, uint64) {
	count := func() uint64 { t := class.Meter.Totals(); return t.AudioExpected + t.VideoExpected }
	cpu, before := cpuTime(), count()
	time.Sleep(10 * time.Second)
	return cpuTime() - cpu, count() - before
}

// residentBytes is the memory of the process, after what is not used was given back.
func residentBytes() uint64 {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			return kilobytes * 1024
		}
	}
	return 0
}

func milliseconds(span time.Duration) float64 { return float64(span) / float64(time.Millisecond) }

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
