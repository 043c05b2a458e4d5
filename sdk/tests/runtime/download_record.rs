//! The record of an unfinished download: which bytes of a part it vouches for, and when it is not believed.
use atlas_backup::*;

use crate::delivery::*;
use crate::download_file::*;

#[tokio::test]
async fn the_record_of_a_content_does_not_outlive_its_part() {
    let place = Place::new();
    let tagged = Host::scripted(LENGTH, &[Fate::Break(9), Fate::Break(12)]);
    let unmarked = tagged.clone().marked(Mark::Nothing);
    for (host, left) in [(&tagged, 2), (&unmarked, 0)] {
        let client = host.client();
        let download = client.download(&link()).no_retry().to_file(&place.file);
        download.await.unwrap_err();
        assert_eq!(place.names().len(), left);
    }
}

#[tokio::test]
async fn the_part_of_another_link_and_a_spoilt_record_are_not_continued() {
    let spoilt = |what, place: &Place| {
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
        let place = Place::new();
        let host = Host::scripted(LENGTH, &[Fate::Break(9)]);
        let client = host.client();
        let first = client.download(&link()).no_retry().to_file(&place.file);
        first.await.unwrap_err();
        // A link that cannot be followed leaves the part of this one as it is.
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
async fn each_of_several_processes_goes_on_where_the_one_before_it_stopped() {
    let place = Place::new();
    let fates = [Fate::Break(9), Fate::Break(6), Fate::Break(4)];
    let host = Host::scripted(LENGTH, &fates);
    for _ in fates {
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
async fn a_length_that_is_less_than_the_one_before_it_is_not_read() {
    let place = Place::new();
    let host = Host::scripted(LENGTH, &[Fate::Break(9)]);
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
async fn bytes_of_a_part_that_its_record_does_not_name_are_cut_off() {
    let place = Place::new();
    // Without a length in the record, a part may be longer than the content.
    let host = Host::scripted(LENGTH, &[Fate::Break(9)]).without_length();
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
async fn a_damaged_record_is_named_and_one_of_another_link_or_an_interrupted_line_is_not() {
    for (damage, named) in [
        ("{\"link\":", true),
        ("", false),
        ("whole", false),
        ("line", false),
    ] {
        let place = Place::new();
        let host = Host::scripted(LENGTH, &[Fate::Break(9)]);
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
        let told = crate::trace::Told::default();
        let _listening = told.listen();
        let whole = download(&host, &place.file).await.unwrap();
        let resumed = u32::from(damage == "whole" || damage == "line");
        assert_eq!(whole.resumed, resumed, "{damage}");
        assert_eq!(told.text().contains("is damaged"), named, "{damage}");
        place.has(&host.content());
    }
}
