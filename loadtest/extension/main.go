// Command k6 with the module k6/x/lectern built in.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "lectern-loadtest/k6module"
)

func main() {
	cmd.Execute()
}
