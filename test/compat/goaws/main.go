// goaws on 127.0.0.1:PORT; its own main listens on every address.
//
//	goaws PORT CONFIG
package main

import (
	"log"
	"net/http"
	"os"
	"time"

	"github.com/Admiral-Piett/goaws/app/conf"
	"github.com/Admiral-Piett/goaws/app/gosqs"
	"github.com/Admiral-Piett/goaws/app/router"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: goaws PORT CONFIG")
	}
	conf.LoadYamlConfig(os.Args[2], "Local")
	go gosqs.PeriodicTasks(time.Second, make(chan bool))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], router.New()))
}
