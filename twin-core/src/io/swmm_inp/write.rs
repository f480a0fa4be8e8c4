/// x
pub fn write(_d: &super::SwmmDeck) -> String {
    String::new()
}
