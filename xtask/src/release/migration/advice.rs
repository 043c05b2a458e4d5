//! Advice for breaking changes.

use atlas_backup_generator::What;

/// Returns the advice for a change; `None` for changes that are not breaking.
pub(super) fn advice(what: &What) -> Option<&'static str> {
    Some(match what {
        What::OperationRemoved { .. } => {
            "Remove the call: the service does not answer it any more."
        }
        What::OperationRenamed { .. } => "Call the method, and its marker type, by the new name.",
        What::OperationEarlierNameRemoved { .. } => {
            "Call the method, and its marker type, by the name the deprecation told."
        }
        What::OperationKeptRemoved { .. } => {
            "Remove the call, or call what replaces it: the service has had it no more for a release."
        }
        What::OperationRegrouped { .. } => {
            "Name what belongs to it by the version's module (`v2::Job`), or by the new module's name."
        }
        What::SunsetPassed { .. } => "Remove the call: the service turns this version off.",
        What::WaitRemoved { .. } => "Ask for the state yourself, or wait for something else.",
        What::PagesRemoved {} => "Await the call once: its answer is the whole list.",
        What::PagesChanged { .. } => "Look at what `items` gives now.",
        What::RequiredParameterAdded { .. } => "Pass the new argument.",
        What::ParameterRemoved { .. } => "Leave the parameter out.",
        What::ParameterTakenOver { .. } => {
            "Drop the setter: `items_per_page` and `page_num` of a call, or `items` and `pages`, take its place."
        }
        What::SecurityTightened { .. } => {
            "Use credentials of a kind that the service still takes; the code stays."
        }
        What::ParameterRequired {} => "Pass it as an argument, and drop the setter.",
        What::ParameterOptional {} => "Drop the argument, and call the setter if you need it.",
        What::ParameterTypeChanged { .. } => "Pass a value of the new type.",
        What::ParameterRenamed { .. } => "Call the setter by its new name.",
        What::ParametersReordered { .. } => {
            "Pass the arguments in the new order: the compiler may not tell you."
        }
        What::BodyAdded {} => "Pass a body, or `None` where it is an `Option`.",
        What::BodyRemoved {} => "Drop the last argument.",
        What::BodyRequired {} => "Pass the body itself, not an `Option`.",
        What::BodyOptional {} => "Put the body into `Some`.",
        What::BodyTypeChanged { .. } => "Build a body of the new type.",
        What::AnswerTypeChanged { .. } => "Read the answer as the new type.",
        What::TypeRenamed { .. } => "Name the type by its new name.",
        What::TypeRegrouped { .. } => {
            "Name the type by the version's module (`v2::Job`), or by another module that has it."
        }
        What::TypeKindChanged { .. } => "Build and read it as what it is now.",
        What::ChangeFormChanged { .. } => "Set fields through the setters, which take either form.",
        What::RequiredFieldAdded {} => "Pass one argument more to `new`.",
        What::FieldRemoved { .. } => {
            "Leave the field out; what the service still sends is in `extra`."
        }
        What::FieldRenamed { .. } => "Name the field by its new name.",
        What::FieldTypeChanged { .. } => "Read or set a value of the new type.",
        What::FieldRequired {} => "Pass it to `new`, and drop the setter.",
        What::FieldOptional {} => "Drop the argument of `new`, and call the setter if you need it.",
        What::FieldsReordered { .. } => {
            "Pass the arguments of `new` in the new order: the compiler may not tell you."
        }
        What::TagPinned { .. } => "Pass to `new` what it asks for now.",
        What::ListPresenceChanged { .. } => "Read it as the field has it now.",
        What::FieldReadOnly {} => "Do not send it; answers still have it.",
        What::FieldWriteOnly {} => "Do not read it; requests still have it.",
        What::EnumValueRemoved { .. } => {
            "Match the value as `Unknown`, should the service still send it."
        }
        What::EnumValueRenamed { .. } => {
            "Name the variant by its new name; the old value reads as `Unknown`, should the service still send it."
        }
        What::UnionKindRemoved { .. } => {
            "Match the kind as `Unknown`, should the service still send it."
        }
        What::UnionKindRenamed { .. } => "Name the variant by its new name.",
        What::UnionKindChanged { .. } => "Read the variant as the new type.",
        What::UnionFormChanged { .. } => "Match the variants there are now.",
        What::UnionAccessorRemoved { .. } => "Match the kinds, and read the field of each.",
        _ => return None,
    })
}
