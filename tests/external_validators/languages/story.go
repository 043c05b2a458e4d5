// story.go digest|service-account: a snapshot, its export and its download, by Go's standard library.
//
// `cargo xtask sandbox` prints MONGODB_ATLAS_*. The official SDK for Go uses them too, as the guide shows; this program
// needs no module.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"time"
)

type object = map[string]any

var (
	base   = os.Getenv("MONGODB_ATLAS_BASE_URL")
	checks int
)

const backup = "clusters/Cluster0/backup"

// check ends the program unless something holds.
func check(holds bool, what ...any) {
	if !holds {
		fmt.Fprintln(os.Stderr, append([]any{"Go, " + os.Args[1] + ": not so:"}, what...)...)
		os.Exit(1)
	}
	checks++
}

// digest answers challenges by RFC 7616, for MD5 and qop=auth.
type digest struct{ public, private string }

func (key digest) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return response, err
	}
	response.Body.Close()
	challenge := response.Header.Get("WWW-Authenticate")
	part := func(name string) string {
		found := regexp.MustCompile(name + `="?([^",]*)`).FindStringSubmatch(challenge)
		if found == nil {
			return ""
		}
		return found[1]
	}
	if !strings.HasPrefix(challenge, "Digest ") || part("algorithm") != "MD5" || part("qop") != "auth" {
		return nil, errors.New("not a challenge for MD5 and qop=auth: " + challenge)
	}
	hash := func(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
	uri, nonce, cnonce := request.URL.RequestURI(), part("nonce"), "c3Rvcnk"
	who := hash(key.public + ":" + part("realm") + ":" + key.private)
	what := hash(request.Method + ":" + uri)
	answer := hash(strings.Join([]string{who, nonce, "00000001", cnonce, "auth", what}, ":"))
	again := request.Clone(request.Context())
	if request.GetBody != nil {
		if again.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
	}
	again.Header.Set("Authorization", fmt.Sprintf(
		`Digest username=%q, realm=%q, nonce=%q, uri=%q, algorithm=MD5, qop=auth, nc=00000001, cnonce=%q, response=%q`,
		key.public, part("realm"), nonce, uri, cnonce, answer))
	return http.DefaultTransport.RoundTrip(again)
}

// bearer sends an access token.
type bearer struct{ token string }

func (access bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	again := request.Clone(request.Context())
	again.Header.Set("Authorization", "Bearer "+access.token)
	return http.DefaultTransport.RoundTrip(again)
}

// send checks the status of a response, and returns headers and body.
func send(client *http.Client, expected int, request *http.Request) (http.Header, []byte) {
	response, err := client.Do(request)
	check(err == nil, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(err == nil, err)
	check(response.StatusCode == expected, response.Status, "is", expected, string(body))
	return response.Header, body
}

func request(method, address string, body io.Reader) *http.Request {
	made, err := http.NewRequest(method, address, body)
	check(err == nil, err)
	return made
}

// account sends a token request with the credentials of the service account.
func account(expected int, path, secret string, fields url.Values) []byte {
	asked := request("POST", base+path, strings.NewReader(fields.Encode()))
	asked.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	asked.SetBasicAuth(os.Getenv("MONGODB_ATLAS_CLIENT_ID"), secret)
	_, body := send(&http.Client{Timeout: time.Minute}, expected, asked)
	return body
}

type atlas struct{ client *http.Client }

func with(transport http.RoundTripper) atlas {
	return atlas{&http.Client{Transport: transport, Timeout: time.Minute}}
}

// call sends a request that names the version of the API.
func (api atlas) call(expected int, method, path, version string, body object) object {
	mediaType := "application/vnd.atlas." + version + "+json"
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		check(err == nil, err)
		content = bytes.NewReader(text)
	}
	asked := request(method, base+"/api/atlas/v2/groups/"+os.Getenv("MONGODB_ATLAS_PROJECT_ID")+"/"+path, content)
	asked.Header.Set("Accept", mediaType)
	if body != nil {
		asked.Header.Set("Content-Type", mediaType)
	}
	headers, text := send(api.client, expected, asked)
	if expected == http.StatusNoContent {
		check(len(text) == 0, "204 with a body")
		return nil
	}
	if expected >= 400 {
		mediaType = "application/json"
	}
	received := headers.Get("Content-Type")
	check(strings.Split(received, ";")[0] == mediaType, received, "is", mediaType)
	var read object
	err := json.Unmarshal(text, &read)
	check(err == nil, err)
	return read
}

// wait polls a job until it ends; jobs take seconds on a fast clock.
func (api atlas) wait(path string, isOver func(object) bool) object {
	for range make([]struct{}, 150) {
		if job := api.call(200, "GET", path, "2023-01-01", nil); isOver(job) {
			return job
		}
		time.Sleep(200 * time.Millisecond)
	}
	check(false, path, "is over")
	return nil
}

// has checks that an object has the fields of another.
func has(whole, part object) {
	for name, value := range part {
		check(reflect.DeepEqual(whole[name], value), name, "is", value, "in", whole)
	}
}

// find checks that a list has an element with these fields.
func find(list object, part object) {
	for _, element := range list["results"].([]any) {
		found := true
		for name, value := range part {
			found = found && reflect.DeepEqual(element.(object)[name], value)
		}
		if found {
			checks++
			return
		}
	}
	check(false, "an element with", part, "in", list)
}

// onDemand counts the snapshots on demand: the sandbox also takes those of its schedule, at any time between two lists.
func onDemand(list object) int {
	count := 0
	for _, snapshot := range list["results"].([]any) {
		if snapshot.(object)["snapshotType"] == "onDemand" {
			count++
		}
	}
	return count
}

func story(api atlas) {
	refused := api.call(404, "GET", "clusters/Nowhere/backup/snapshots", "2023-01-01", nil)
	has(refused, object{"error": 404.0, "errorCode": "CLUSTER_NOT_FOUND"})
	listed := api.call(200, "GET", backup+"/snapshots", "2023-01-01", nil)
	has(listed, object{"totalCount": float64(len(listed["results"].([]any)))})

	wanted := object{"description": "before the release", "retentionInDays": 3}
	taken := api.call(200, "POST", backup+"/snapshots", "2023-01-01", wanted)
	has(taken, object{"status": "queued", "snapshotType": "onDemand", "description": "before the release"})
	snapshot := taken["id"].(string)
	taken = api.wait(backup+"/snapshots/"+snapshot, func(job object) bool { return job["status"] == "completed" })
	check(taken["storageSizeBytes"].(float64) > 0, taken)
	relisted := api.call(200, "GET", backup+"/snapshots", "2023-01-01", nil)
	check(onDemand(relisted) == onDemand(listed)+1, relisted)
	find(relisted, object{"id": snapshot})

	wanted = object{"cloudProvider": "AWS", "bucketName": "story-by-go", "iamRoleId": "5f0c1e2d3a4b5c6d7e8f9a01"}
	bucket := api.call(200, "POST", "backup/exportBuckets", "2024-05-30", wanted)
	has(bucket, wanted)

	labels := []any{object{"key": "reason", "value": "release"}}
	wanted = object{"exportBucketId": bucket["_id"], "snapshotId": snapshot, "customData": labels}
	job := api.call(200, "POST", backup+"/exports", "2023-01-01", wanted)
	has(job, wanted)
	job = api.wait(backup+"/exports/"+job["id"].(string), func(job object) bool {
		return job["state"] == "Successful" || job["state"] == "Failed" || job["state"] == "Cancelled"
	})
	has(job, wanted)
	has(job, object{"state": "Successful"})
	check(job["finishedAt"].(string) >= job["createdAt"].(string), job)
	check(strings.HasPrefix(job["prefix"].(string), "exported_snapshots/"), job)
	exports := api.call(200, "GET", backup+"/exports", "2023-01-01", nil)
	find(exports, object{"id": job["id"], "state": "Successful"})

	wanted = object{"deliveryType": "download", "snapshotId": snapshot}
	restore := api.call(200, "POST", backup+"/restoreJobs", "2023-01-01", wanted)
	has(restore, wanted)
	has(restore, object{"deliveryUrl": []any{}, "failed": false, "cancelled": false, "expired": false})
	restore = api.wait(backup+"/restoreJobs/"+restore["id"].(string), func(job object) bool {
		return len(job["deliveryUrl"].([]any)) > 0
	})
	links := restore["deliveryUrl"].([]any)
	check(len(links) == 1 && restore["expiresAt"] != nil, restore)

	// The link contains its own secret, so the download needs no credentials.
	link := links[0].(string)
	plain := &http.Client{Timeout: time.Minute}
	_, archive := send(plain, 200, request("GET", link, nil))
	check(len(archive) == 100_000, len(archive), "bytes")
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	check(err == nil, err)
	_, err = tar.NewReader(unpacked).Next()
	check(err == nil, err)
	part := request("GET", link, nil)
	part.Header.Set("Range", "bytes=60000-")
	headers, rest := send(plain, 206, part)
	check(headers.Get("Content-Range") == "bytes 60000-99999/100000", headers)
	check(bytes.Equal(rest, archive[60_000:]), "the rest of the archive")

	api.call(204, "DELETE", "backup/exportBuckets/"+bucket["_id"].(string), "2023-01-01", nil)
	gone := api.call(404, "GET", "backup/exportBuckets/"+bucket["_id"].(string), "2024-05-30", nil)
	has(gone, object{"errorCode": "EXPORT_BUCKET_NOT_FOUND"})
}

func main() {
	kind := strings.Join(os.Args[1:], " ")
	switch kind {
	case "digest":
		public := os.Getenv("MONGODB_ATLAS_PUBLIC_KEY")
		with(digest{public, "wrong"}).call(401, "GET", "backup/exportBuckets", "2024-05-30", nil)
		story(with(digest{public, os.Getenv("MONGODB_ATLAS_PRIVATE_KEY")}))
	case "service-account":
		secret := os.Getenv("MONGODB_ATLAS_CLIENT_SECRET")
		fields := url.Values{"grant_type": {"client_credentials"}}
		account(401, "/api/oauth/token", "wrong", fields)
		var grant object
		err := json.Unmarshal(account(200, "/api/oauth/token", secret, fields), &grant)
		check(err == nil, err)
		has(grant, object{"token_type": "Bearer", "expires_in": 3600.0})
		token := grant["access_token"].(string)
		api := with(bearer{token})
		story(api)
		account(200, "/api/oauth/revoke", secret, url.Values{"token": {token}})
		api.call(401, "GET", "backup/exportBuckets", "2024-05-30", nil)
	default:
		fmt.Fprintln(os.Stderr, "usage: story digest|service-account")
		os.Exit(2)
	}
	fmt.Printf("Go, %s: a snapshot, its export and its download, %d statuses and bodies as expected\n", kind, checks)
}
