use super::SwmmDeck;
use crate::diagnostic::Diagnostics;
pub(super) fn check(_d: &mut SwmmDeck, _o: &mut Diagnostics) {}
