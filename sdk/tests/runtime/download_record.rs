//! The record of an unfinished download: the bytes of a part that it covers, and when it is rejected.
use atlas_backup::*;

use crate::delivery::*;
use crate::download_file::*;

#[tokio::test]
async fn the_record_of_a_content_does_not_outlive_its_part() {
    let place = Destination::new();
    let tagged = Host::scripted(
        LENGTH,
        &[RequestOutcome::Break(9), RequestOutcome::Break(12)],
    );
    let unmarked = tagged.clone().marked(Mark::Nothing);
    for (host, left) in [(&tagged, 2), (&unmarked, 0)] {
        let client = host.client();
        let download = client.download(&link()).no_retry().to_file(&place.file);
        download.await.unwrap_err();
        assert_eq!(place.names().len(), left);
    }
}

#[tokio::test]
async fn the_part_of_another_link_or_with_a_damaged_record_is_not_resumed() {
    let spoilt = |what, place: &Destination| {
        let record = std::fs::read_to_string(&place.record).unwrap();
        let write = |record: &str| std::fs::write(&place.record, record).unwrap();
        match what {
            "no record" => std::fs::remove_file(&place.record).unwrap(),
            "half a record" => write(&record[..record.len() / 2]),
            "another link" => write(&record.replace("\"link\":\"", "\"link\":\"0")),
            "too short a part" => std::fs::write(&place.part, content(0, 8)).unwrap(),
            "too long a part" => std::fs::write(&place.part, [0; LENGTH + 1]).unwrap(),
            _ => unreachable!(),
        }
    };
    for what in [
        "no record",
        "half a record",
        "another link",
        "too short a part",
        "too long a part",
    ] {
        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]);
        let client = host.client();
        let first = client.download(&link()).no_retry().to_file(&place.file);
        first.await.unwrap_err();
        // A link that cannot be followed leaves the part of this one unchanged.
        let bad = SecretUrl::from("http://example.net/".to_owned());
        let refused = client.download(&bad).to_file(&place.file).await;
        assert!(matches!(refused, Err(DownloadError::Link(_))));
        assert!(place.part.exists() && place.record.exists());

        spoilt(what, &place);
        let whole = download(&host, &place.file).await.unwrap();
        assert_eq!(
            (whole.resumed, host.ranges()[1].clone()),
            (0, None),
            "{what}"
        );
        place.has(&host.content());
    }
}

#[tokio::test]
async fn each_process_resumes_where_the_previous_one_stopped() {
    let place = Destination::new();
    let request_outcomes = [
        RequestOutcome::Break(9),
        RequestOutcome::Break(6),
        RequestOutcome::Break(4),
    ];
    let host = Host::scripted(LENGTH, &request_outcomes);
    for _ in request_outcomes {
        let client = host.client();
        let stopped = client.download(&link()).no_retry().to_file(&place.file);
        stopped.await.unwrap_err();
    }
    let record = std::fs::read_to_string(&place.record).unwrap();
    let lengths: Vec<_> = record.lines().skip(1).collect();
    assert_eq!(lengths, ["9", "15", "19"]);
    download(&host, &place.file).await.unwrap();
    let tag = "\"v0\"".to_owned();
    let from = |byte| Some((format!("bytes={byte}-"), tag.clone()));
    assert_eq!(host.ranges(), [None, from(9), from(15), from(19)]);
    place.has(&host.content());
}

#[tokio::test]
async fn a_length_below_the_previous_one_is_ignored() {
    let place = Destination::new();
    let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]);
    let client = host.client();
    let first = client.download(&link()).no_retry().to_file(&place.file);
    first.await.unwrap_err();
    let record = std::fs::read_to_string(&place.record).unwrap();
    std::fs::write(&place.record, record + "5\n").unwrap();
    download(&host, &place.file).await.unwrap();
    let (range, _) = host.ranges()[1].clone().unwrap();
    assert_eq!(range, "bytes=9-");
    place.has(&host.content());
}

#[tokio::test]
async fn bytes_of_a_part_beyond_its_record_are_truncated() {
    let place = Destination::new();
    // Without a length in the record, a part may be longer than the content.
    let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]).without_length();
    let client = host.client();
    let first = client.download(&link()).no_retry().to_file(&place.file);
    first.await.unwrap_err();
    let mut part = content(0, 9);
    part.resize(LENGTH + 1, 0);
    std::fs::write(&place.part, part).unwrap();
    let whole = download(&host, &place.file).await.unwrap();
    assert_eq!(whole.resumed, 1);
    place.has(&host.content());
}

#[cfg(feature = "tracing")]
#[tokio::test]
async fn a_damaged_record_is_reported_but_not_one_of_another_link_or_with_a_partial_line() {
    for (damage, named) in [
        ("{\"link\":", true),
        ("", false),
        ("whole", false),
        ("line", false),
    ] {
        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]);
        let client = host.client();
        let first = client.download(&link()).no_retry().to_file(&place.file);
        first.await.unwrap_err();
        let record = std::fs::read_to_string(&place.record).unwrap();
        let written = match damage {
            "whole" => record,
            "line" => record + "1",
            _ => damage.to_owned(),
        };
        std::fs::write(&place.record, written).unwrap();
        let output = crate::trace::TraceOutput::default();
        let _listening = output.listen();
        let whole = download(&host, &place.file).await.unwrap();
        let resumed = u32::from(damage == "whole" || damage == "line");
        assert_eq!(whole.resumed, resumed, "{damage}");
        assert_eq!(output.text().contains("is damaged"), named, "{damage}");
        place.has(&host.content());
    }
}
