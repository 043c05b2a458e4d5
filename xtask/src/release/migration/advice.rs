//! Advice for breaking changes.

use atlas_backup_generator::ChangeKind;

/// Returns the advice for a change; `None` for changes that are not breaking.
pub(super) fn advice(what: &ChangeKind) -> Option<&'static str> {
    Some(match what {
        ChangeKind::OperationRemoved { .. } => {
            "Remove the call: the service does not answer it any more."
        }
        ChangeKind::OperationRenamed { .. } => {
            "Call the method, and its marker type, by the new name."
        }
        ChangeKind::OperationEarlierNameRemoved { .. } => {
            "Call the method, and its marker type, by the name in the deprecation note."
        }
        ChangeKind::OperationKeptRemoved { .. } => {
            "Remove the call, or call what replaces it: the service has had it no more for a release."
        }
        ChangeKind::OperationRegrouped { .. } => {
            "Name what belongs to it by the version's module (`v2::Job`), or by the new module's name."
        }
        ChangeKind::SunsetPassed { .. } => "Remove the call: the service turns this version off.",
        ChangeKind::WaitRemoved { .. } => "Ask for the state yourself, or wait for something else.",
        ChangeKind::PagesRemoved {} => "Await the call once: its answer is the whole list.",
        ChangeKind::PagesChanged { .. } => "Look at what `items` gives now.",
        ChangeKind::RequiredParameterAdded { .. } => "Pass the new argument.",
        ChangeKind::ParameterRemoved { .. } => "Leave the parameter out.",
        ChangeKind::ParameterTakenOver { .. } => {
            "Drop the setter: `items_per_page` and `page_num` of a call, or `items` and `pages`, take its place."
        }
        ChangeKind::SecurityTightened { .. } => {
            "Use credentials of a kind that the service still takes; the code stays."
        }
        ChangeKind::ParameterRequired {} => "Pass it as an argument, and drop the setter.",
        ChangeKind::ParameterOptional {} => {
            "Drop the argument, and call the setter if you need it."
        }
        ChangeKind::ParameterTypeChanged { .. } => "Pass a value of the new type.",
        ChangeKind::ParameterRenamed { .. } => "Call the setter by its new name.",
        ChangeKind::ParametersReordered { .. } => {
            "Pass the arguments in the new order: the compiler may not tell you."
        }
        ChangeKind::BodyAdded {} => "Pass a body, or `None` where it is an `Option`.",
        ChangeKind::BodyRemoved {} => "Drop the last argument.",
        ChangeKind::BodyRequired {} => "Pass the body itself, not an `Option`.",
        ChangeKind::BodyOptional {} => "Put the body into `Some`.",
        ChangeKind::BodyTypeChanged { .. } => "Build a body of the new type.",
        ChangeKind::ResponseTypeChanged { .. } => "Read the answer as the new type.",
        ChangeKind::TypeRenamed { .. } => "Name the type by its new name.",
        ChangeKind::TypeRegrouped { .. } => {
            "Name the type by the version's module (`v2::Job`), or by another module that has it."
        }
        ChangeKind::TypeKindChanged { .. } => "Build and read it as what it is now.",
        ChangeKind::ChangeFormChanged { .. } => {
            "Set fields through the setters, which take either form."
        }
        ChangeKind::RequiredFieldAdded {} => "Pass one argument more to `new`.",
        ChangeKind::FieldRemoved { .. } => {
            "Leave the field out; what the service still sends is in `extra`."
        }
        ChangeKind::FieldRenamed { .. } => "Name the field by its new name.",
        ChangeKind::FieldTypeChanged { .. } => "Read or set a value of the new type.",
        ChangeKind::FieldRequired {} => "Pass it to `new`, and drop the setter.",
        ChangeKind::FieldOptional {} => {
            "Drop the argument of `new`, and call the setter if you need it."
        }
        ChangeKind::FieldsReordered { .. } => {
            "Pass the arguments of `new` in the new order: the compiler may not tell you."
        }
        ChangeKind::TagPinned { .. } => "Pass to `new` what it asks for now.",
        ChangeKind::ListPresenceChanged { .. } => "Read it as the field has it now.",
        ChangeKind::FieldReadOnly {} => "Do not send it; responses still have it.",
        ChangeKind::FieldWriteOnly {} => "Do not read it; requests still have it.",
        ChangeKind::EnumValueRemoved { .. } => {
            "Match the value as `Unknown`, should the service still send it."
        }
        ChangeKind::EnumValueRenamed { .. } => {
            "Name the variant by its new name; the old value reads as `Unknown`, should the service still send it."
        }
        ChangeKind::UnionKindRemoved { .. } => {
            "Match the kind as `Unknown`, should the service still send it."
        }
        ChangeKind::UnionKindRenamed { .. } => "Name the variant by its new name.",
        ChangeKind::UnionKindChanged { .. } => "Read the variant as the new type.",
        ChangeKind::UnionFormChanged { .. } => "Match the variants there are now.",
        ChangeKind::CheckedAccessorRemoved {} => "Read the field itself, which is an `Option`.",
        ChangeKind::UnionAccessorRemoved { retyped: true, .. } => {
            "Use the type that the method returns now."
        }
        ChangeKind::UnionAccessorRemoved { .. } => "Match the kinds, and read the field of each.",
        _ => return None,
    })
}
