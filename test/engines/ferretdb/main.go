// Command ferretdb is the MongoDB-protocol server FerretDB on SQLite, for tests: its own
// command is not served as a module that can be installed. It is a module of its own, so that
// what FerretDB requires does not reach KKMovies.
//
//	ferretdb ADDRESS FOLDER
//
// It keeps what it is given in the folder, prints "ready" when it answers, and ends with a
// signal.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 3 {
		return fmt.Errorf("usage: ferretdb ADDRESS FOLDER")
	}
	address, folder := os.Args[1], os.Args[2]
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{TCP: address}, Handler: "sqlite", SQLiteURL: "file:" + folder + "/",
	})
	if err != nil {
		return err
	}
	go announce(ctx, address)
	return db.Run(ctx)
}

// announce says ready once the address is listened on: Run does not tell.
func announce(ctx context.Context, address string) {
	for ctx.Err() == nil {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = c.Close()
			fmt.Println("ready")
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
