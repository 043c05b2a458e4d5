"""story.py digest|service-account: a snapshot, its export and its download, by Python's standard library.

MONGODB_ATLAS_* are what `cargo xtask sandbox` prints.
"""

import base64
import io
import json
import os
import sys
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request

BASE = os.environ["MONGODB_ATLAS_BASE_URL"]
PROJECT = os.environ["MONGODB_ATLAS_PROJECT_ID"]
BACKUP = "clusters/Cluster0/backup"
checks = 0


def check(holds, what):
    """Ends the program unless something holds."""
    global checks
    if not holds:
        sys.exit(f"Python, {sys.argv[1]}: not so: {what}")
    checks += 1


def send(opener, expected, request):
    """Sends a request, checks the status of its response, and returns headers and body."""
    try:
        response = opener.open(request, timeout=60)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        body = response.read()
    check(response.status == expected, f"{response.status} is {expected}: {body[:500]}")
    return response.headers, body


# ANCHOR: digest
def with_api_key(public, private):
    """Returns an opener that answers digest challenges."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, BASE, public, private)
    return urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
# ANCHOR_END: digest


def account_request(path, secret, fields):
    """Creates a token request with the credentials of the service account."""
    credentials = f"{os.environ['MONGODB_ATLAS_CLIENT_ID']}:{secret}".encode()
    headers = {"Authorization": "Basic " + base64.b64encode(credentials).decode()}
    body = urllib.parse.urlencode(fields).encode()
    return urllib.request.Request(BASE + path, body, headers)


# ANCHOR: service_account
def with_token(token):
    """Returns an opener that sends an access token."""
    opener = urllib.request.build_opener()
    opener.addheaders = [("Authorization", f"Bearer {token}")]
    return opener


def access_token(secret):
    """Fetches an access token for the service account."""
    request = account_request("/api/oauth/token", secret, {"grant_type": "client_credentials"})
    _, body = send(urllib.request.build_opener(), 200, request)
    return json.loads(body)
# ANCHOR_END: service_account


class Atlas:
    """The API with credentials."""

    def __init__(self, opener):
        self.opener = opener

    # ANCHOR: call
    def call(self, expected, method, path, version, body=None):
        """Sends a request that names the version of the API."""
        media_type = f"application/vnd.atlas.{version}+json"
        headers = {"Accept": media_type}
        if body is not None:
            headers["Content-Type"] = media_type
            body = json.dumps(body).encode()
        url = f"{BASE}/api/atlas/v2/groups/{PROJECT}/{path}"
        request = urllib.request.Request(url, body, headers, method=method)
        received, content = send(self.opener, expected, request)
        # ANCHOR_END: call
        if expected == 204:
            check(content == b"", "204 has no body")
            return None
        wanted = media_type if expected < 400 else "application/json"
        check(received.get_content_type() == wanted, f"{received['Content-Type']} is {wanted}")
        return json.loads(content)

    def wait(self, path, is_over):
        """Polls a job until it ends; jobs take seconds on a fast clock."""
        for _ in range(150):
            job = self.call(200, "GET", path, "2023-01-01")
            if is_over(job):
                return job
            time.sleep(0.2)
        sys.exit(f"Python, {sys.argv[1]}: {path} is not over")


def on_demand(listed):
    """Counts the snapshots on demand: the sandbox also takes those of its schedule, at any time between two lists."""
    return sum(snapshot["snapshotType"] == "onDemand" for snapshot in listed["results"])


def story(atlas):
    """Takes a snapshot, exports it and downloads it."""
    refused = atlas.call(404, "GET", "clusters/Nowhere/backup/snapshots", "2023-01-01")
    check((refused["error"], refused["errorCode"]) == (404, "CLUSTER_NOT_FOUND"), refused)
    listed = atlas.call(200, "GET", f"{BACKUP}/snapshots", "2023-01-01")
    check(listed["totalCount"] == len(listed["results"]), listed)

    wanted = {"description": "before the release", "retentionInDays": 3}
    taken = atlas.call(200, "POST", f"{BACKUP}/snapshots", "2023-01-01", wanted)
    check((taken["status"], taken["snapshotType"]) == ("queued", "onDemand"), taken)
    check(taken["description"] == "before the release", taken)
    taken = atlas.wait(f"{BACKUP}/snapshots/{taken['id']}", lambda job: job["status"] == "completed")
    check(taken["storageSizeBytes"] > 0, taken)
    relisted = atlas.call(200, "GET", f"{BACKUP}/snapshots", "2023-01-01")
    check(on_demand(relisted) == on_demand(listed) + 1, relisted)
    check(taken["id"] in [snapshot["id"] for snapshot in relisted["results"]], relisted)

    wanted = {"cloudProvider": "AWS", "bucketName": "story-by-python", "iamRoleId": "5f0c1e2d3a4b5c6d7e8f9a01"}
    bucket = atlas.call(200, "POST", "backup/exportBuckets", "2024-05-30", wanted)
    check(wanted.items() <= bucket.items(), bucket)

    labels = [{"key": "reason", "value": "release"}]
    wanted = {"exportBucketId": bucket["_id"], "snapshotId": taken["id"], "customData": labels}
    job = atlas.call(200, "POST", f"{BACKUP}/exports", "2023-01-01", wanted)
    check(wanted.items() <= job.items(), job)
    ends = ("Successful", "Failed", "Cancelled")
    job = atlas.wait(f"{BACKUP}/exports/{job['id']}", lambda job: job["state"] in ends)
    check(wanted.items() <= job.items(), job)
    check(job["state"] == "Successful" and job["finishedAt"] >= job["createdAt"], job)
    check(job["prefix"].startswith("exported_snapshots/"), job)
    exports = atlas.call(200, "GET", f"{BACKUP}/exports", "2023-01-01")["results"]
    check((job["id"], "Successful") in [(one["id"], one["state"]) for one in exports], exports)

    wanted = {"deliveryType": "download", "snapshotId": taken["id"]}
    restore = atlas.call(200, "POST", f"{BACKUP}/restoreJobs", "2023-01-01", wanted)
    check(wanted.items() <= restore.items() and restore["deliveryUrl"] == [], restore)
    check(not (restore["failed"] or restore["cancelled"] or restore["expired"]), restore)
    restore = atlas.wait(f"{BACKUP}/restoreJobs/{restore['id']}", lambda job: job["deliveryUrl"])
    check(len(restore["deliveryUrl"]) == 1 and restore["expiresAt"], restore)

    # The link contains its own secret, so the download needs no credentials.
    link = restore["deliveryUrl"][0]
    headers, archive = send(urllib.request.build_opener(), 200, urllib.request.Request(link))
    check(headers["Content-Length"] == "100000" and len(archive) == 100_000, headers)
    check(tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz").getnames(), "an archive has files")
    part = urllib.request.Request(link, headers={"Range": "bytes=60000-"})
    headers, rest = send(urllib.request.build_opener(), 206, part)
    check(headers["Content-Range"] == "bytes 60000-99999/100000" and rest == archive[60_000:], headers)

    atlas.call(204, "DELETE", f"backup/exportBuckets/{bucket['_id']}", "2023-01-01")
    gone = atlas.call(404, "GET", f"backup/exportBuckets/{bucket['_id']}", "2024-05-30")
    check(gone["errorCode"] == "EXPORT_BUCKET_NOT_FOUND", gone)


def main():
    if sys.argv[1:] == ["digest"]:
        public, private = (os.environ[f"MONGODB_ATLAS_{half}_KEY"] for half in ("PUBLIC", "PRIVATE"))
        # The handler stops after six challenges, and does not keep the body of the last.
        buckets = urllib.request.Request(f"{BASE}/api/atlas/v2/groups/{PROJECT}/backup/exportBuckets")
        send(with_api_key(public, "wrong"), 401, buckets)
        story(Atlas(with_api_key(public, private)))
    elif sys.argv[1:] == ["service-account"]:
        plain, secret = urllib.request.build_opener(), os.environ["MONGODB_ATLAS_CLIENT_SECRET"]
        fields = {"grant_type": "client_credentials"}
        send(plain, 401, account_request("/api/oauth/token", "wrong", fields))
        grant = access_token(secret)
        check((grant["token_type"], grant["expires_in"]) == ("Bearer", 3600), "an access token of an hour")
        atlas = Atlas(with_token(grant["access_token"]))
        story(atlas)
        send(plain, 200, account_request("/api/oauth/revoke", secret, {"token": grant["access_token"]}))
        atlas.call(401, "GET", "backup/exportBuckets", "2024-05-30")
    else:
        sys.exit("usage: story.py digest|service-account")
    print(f"Python, {sys.argv[1]}: a snapshot, its export and its download, {checks} statuses and bodies as expected")


main()
