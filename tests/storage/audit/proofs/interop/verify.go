// Judges our checkpoints and proofs with the Go team's own packages, which share no code with us.
//
// Reads one JSON object from standard input and prints "ok", or what is wrong.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index int64
	Proof []tlog.Hash
}

type consistency struct {
	Old   int64
	Root  tlog.Hash
	Proof []tlog.Hash
}

type input struct {
	Key         string
	SigningKey  string
	Note        string
	Entries     []string
	Inclusion   []inclusion
	Consistency []consistency
}

func fail(format string, values ...interface{}) {
	fmt.Printf(format+"\n", values...)
	os.Exit(1)
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fail("input: %v", err)
	}
	verifier, err := note.NewVerifier(in.Key)
	if err != nil {
		fail("key: %v", err)
	}
	opened, err := note.Open([]byte(in.Note), note.VerifierList(verifier))
	if err != nil {
		fail("note: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != verifier.Name() {
		fail("checkpoint: %q", opened.Text)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		fail("root: %v", err)
	}

	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for n, index := range indexes {
			found[n] = stored[index]
		}
		return found, nil
	})
	for n, entry := range in.Entries {
		hashes, err := tlog.StoredHashes(int64(n), []byte(entry), reader)
		if err != nil {
			fail("entry %d: %v", n, err)
		}
		stored = append(stored, hashes...)
	}
	if int64(len(in.Entries)) != size {
		fail("size: %d entries, checkpoint of %d", len(in.Entries), size)
	}
	computed, err := tlog.TreeHash(size, reader)
	if err != nil || computed != root {
		fail("root: %v is not %v (%v)", computed, root, err)
	}
	for _, one := range in.Inclusion {
		leaf := tlog.RecordHash([]byte(in.Entries[one.Index]))
		if err := tlog.CheckRecord(one.Proof, size, root, one.Index, leaf); err != nil {
			fail("inclusion of %d: %v", one.Index, err)
		}
	}
	for _, one := range in.Consistency {
		if err := tlog.CheckTree(one.Proof, size, root, one.Old, one.Root); err != nil {
			fail("consistency with %d: %v", one.Old, err)
		}
	}
	signer, err := note.NewSigner(in.SigningKey)
	if err != nil {
		fail("signing key: %v", err)
	}
	signed, err := note.Sign(&note.Note{Text: opened.Text}, signer)
	if err != nil {
		fail("sign: %v", err)
	}
	fmt.Printf("ok\n%s", signed)
}
