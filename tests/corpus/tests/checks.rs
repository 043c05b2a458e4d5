//! Checks of request fields, including those of unions and nested objects.

use atlas_backup_corpus::corpus_checked_unions::{
    Copy, FarCopy, Job, LongForm, NearCopy, Part, Shared, Whole,
};
use atlas_backup_corpus::{Request, Violations};

#[test]
fn the_variant_of_a_union_in_a_request_is_checked() {
    let near = |days| Copy::Near(NearCopy::new().days(days));
    let far = Copy::Far(FarCopy::new());
    let told = |job: &Job| {
        let mut violations = Violations::default();
        job.check(&mut violations);
        let fields = violations
            .iter()
            .map(|violation| violation.field().to_owned());
        fields.collect::<Vec<_>>()
    };
    let job = Job::new().copies(vec![far, near(5), near(6)]);
    assert_eq!(told(&job), ["copies/2/days"]);
    assert_eq!(
        told(&Job::new().part(Part::Whole(Whole::new(0)))),
        ["part/share"]
    );
    assert_eq!(
        told(&Job::new().part(Part::CopyList(vec![near(0)]))),
        ["part/0/days"]
    );
    assert_eq!(told(&Job::new().part(Part::Integer(0))), [""; 0]);
    let form = Shared::Long(LongForm::new().pages(1));
    assert_eq!(told(&Job::new().shared(form)), ["shared/pages"]);
}
