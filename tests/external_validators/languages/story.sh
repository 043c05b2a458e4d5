#!/usr/bin/env bash
# story.sh digest|service-account: a snapshot, its export and its download, by curl and jq.
# `cargo xtask sandbox` prints MONGODB_ATLAS_*.
set -euo pipefail
kind=$1
base=$MONGODB_ATLAS_BASE_URL
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
checks=0

fail() {
    printf 'curl, %s: %s\n' "$kind" "$*" >&2
    cat "$place/body" >&2
    exit 1
}

# holds FILTER [ARGUMENT…]: checks that jq's filter is true for the body of the last response.
holds() {
    jq --exit-status "${@:2}" "$1" "$place/body" >/dev/null || fail "not so: $*"
    checks=$((checks + 1))
}

# status EXPECTED CURL-ARGUMENT…: sends a request, keeps the body of its response, and checks the status.
status() {
    local said
    said=$(curl --silent --show-error --max-time 60 --output "$place/body" --dump-header "$place/head" --write-out '%{http_code}' "${@:2}")
    [ "$said" = "$1" ] || fail "$said and not $1: ${*: -1}"
    checks=$((checks + 1))
}

# ANCHOR: call
# call STATUS METHOD PATH VERSION [BODY]: sends a request that names the version of the API.
call() {
    local type="application/vnd.atlas.$4+json" body=()
    [ $# -lt 5 ] || body=(--header "Content-Type: $type" --data "$5")
    status "$1" "${credentials[@]}" --request "$2" --header "Accept: $type" "${body[@]}" \
        "$MONGODB_ATLAS_BASE_URL/api/atlas/v2/groups/$MONGODB_ATLAS_PROJECT_ID/$3"
}
# ANCHOR_END: call

# until_holds FILTER PATH: polls a job until the filter is true; jobs take seconds on a fast clock.
until_holds() {
    local asked
    for asked in {1..150}; do
        call 200 GET "$2" 2023-01-01
        if jq --exit-status "$1" "$place/body" >/dev/null; then return; fi
        sleep 0.2
    done
    fail "not so after $asked polls: $1"
}

case $kind in
digest)
    credentials=(--digest --user "$MONGODB_ATLAS_PUBLIC_KEY:wrong")
    call 401 GET backup/exportBuckets 2024-05-30
    grep -qi '^www-authenticate: Digest realm="MMS Public API"' "$place/head" || fail "no challenge"
    # ANCHOR: digest
    credentials=(--digest --user "$MONGODB_ATLAS_PUBLIC_KEY:$MONGODB_ATLAS_PRIVATE_KEY")
    # ANCHOR_END: digest
    ;;
service-account)
    status 401 --user "$MONGODB_ATLAS_CLIENT_ID:wrong" --data grant_type=client_credentials "$base/api/oauth/token"
    # ANCHOR: service_account
    account="$MONGODB_ATLAS_CLIENT_ID:$MONGODB_ATLAS_CLIENT_SECRET"
    status 200 --user "$account" --data grant_type=client_credentials "$base/api/oauth/token"
    token=$(jq --raw-output .access_token "$place/body")
    credentials=(--header "Authorization: Bearer $token")
    # ANCHOR_END: service_account
    holds '.token_type == "Bearer" and .expires_in == 3600'
    ;;
*)
    echo "usage: story.sh digest|service-account" >&2
    exit 2
    ;;
esac

backup=clusters/Cluster0/backup
# The sandbox also takes the snapshots of its schedule, at any time between two lists.
on_demand='([.results[] | select(.snapshotType == "onDemand")] | length)'
call 404 GET clusters/Nowhere/backup/snapshots 2023-01-01
holds '.error == 404 and .errorCode == "CLUSTER_NOT_FOUND"'
call 200 GET $backup/snapshots 2023-01-01
holds '.totalCount == (.results | length) and all(.results[]; .type == "replicaSet")'
listed=$(jq "$on_demand" "$place/body")

call 200 POST $backup/snapshots 2023-01-01 '{"description": "before the release", "retentionInDays": 3}'
snapshot=$(jq --raw-output .id "$place/body")
holds '.status == "queued" and .snapshotType == "onDemand" and .description == "before the release"'
until_holds '.status == "completed"' "$backup/snapshots/$snapshot"
holds '.storageSizeBytes > 0 and .mongodVersion != null'
call 200 GET $backup/snapshots 2023-01-01
holds "$on_demand == \$listed + 1 and any(.results[]; .id == \$snapshot)" --argjson listed "$listed" --arg snapshot "$snapshot"

call 200 POST backup/exportBuckets 2024-05-30 \
    '{"cloudProvider": "AWS", "bucketName": "story-by-curl", "iamRoleId": "5f0c1e2d3a4b5c6d7e8f9a01"}'
bucket=$(jq --raw-output ._id "$place/body")
holds '.cloudProvider == "AWS" and .bucketName == "story-by-curl"'

# ANCHOR: export_job
wanted='{exportBucketId: $b, snapshotId: $s, customData: [{key: "reason", value: "release"}]}'
wanted=$(jq --null-input --arg b "$bucket" --arg s "$snapshot" "$wanted")
call 200 POST $backup/exports 2023-01-01 "$wanted"
export=$(jq --raw-output .id "$place/body")
until_holds '.state | IN("Successful", "Failed", "Cancelled")' "$backup/exports/$export"
# ANCHOR_END: export_job
holds '.state == "Successful" and .finishedAt >= .createdAt and (.prefix | startswith("exported_snapshots/"))'
holds '.snapshotId == $snapshot and .exportBucketId == $bucket' --arg snapshot "$snapshot" --arg bucket "$bucket"
holds '.customData == [{"key": "reason", "value": "release"}]'
call 200 GET $backup/exports 2023-01-01
holds 'any(.results[]; .id == $export and .state == "Successful")' --arg export "$export"

call 200 POST $backup/restoreJobs 2023-01-01 "{\"deliveryType\": \"download\", \"snapshotId\": \"$snapshot\"}"
holds '.deliveryType == "download" and .deliveryUrl == [] and (.failed or .cancelled or .expired | not)'
restore=$(jq --raw-output .id "$place/body")
until_holds '.deliveryUrl != []' "$backup/restoreJobs/$restore"
holds '(.deliveryUrl | length) == 1 and .expiresAt != null'
link=$(jq --raw-output '.deliveryUrl[0]' "$place/body")

# The link contains its own secret, so the download needs no credentials.
status 200 "$link"
grep -qi '^content-length: 100000' "$place/head" || fail "no Content-Length of 100000"
mv "$place/body" "$place/archive.tar.gz"
[ "$(stat --format %s "$place/archive.tar.gz")" = 100000 ] || fail "not 100000 bytes"
[ "$(tar --list --gzip --file "$place/archive.tar.gz" | wc -l)" -gt 0 ] || fail "an archive without files"
status 206 --range 60000- "$link"
cmp --silent "$place/body" <(tail --bytes +60001 "$place/archive.tar.gz") || fail "the rest of the archive differs"

call 204 DELETE "backup/exportBuckets/$bucket" 2023-01-01
[ ! -s "$place/body" ] || fail "204 with a body"
call 404 GET "backup/exportBuckets/$bucket" 2024-05-30
holds '.errorCode == "EXPORT_BUCKET_NOT_FOUND"'

if [ "$kind" = service-account ]; then
    status 200 --user "$account" --data "token=$token" "$base/api/oauth/revoke"
    call 401 GET backup/exportBuckets 2024-05-30
fi
echo "curl, $kind: a snapshot, its export and its download, $checks statuses and bodies as expected"
