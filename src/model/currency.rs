//! Which currencies ISO 4217 has or had, and the words of a source that names none of them.
//!
//! The list of IATI begins in 2018. What was withdrawn before and what came later stands here.

use std::fmt;

use super::codelist::Codelist;

/// Currencies that were withdrawn before the list of IATI began, so that it does not have them. Source: ISO 4217, table A.3.
const FORMER: &str = "ADP AFA ALK AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BEC BEF BEL BGJ BGK BGL BOP BRB BRC \
    BRE BRN BRR BUK BYB CHC CSD CSJ CSK CYP DDM DEM ECS ECV ESA ESB ESP FIM FRF GEK GHC GHP GNE GNS GQE GRD GWE GWP HRD \
    IDR IEP ILP ILR ISJ ITL LAJ LSM LTT LUC LUF LUL LVR MGF MLF MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI PES PLZ PTE RHD \
    ROK ROL RUR SDD SDP SIT SKK SRG SUR TJR TMM TPE TRL UAK UGS UGW UYN UYP VEB VNC XEU XFO XFU XRE YDD YUD YUM YUN ZAL \
    ZRN ZRZ ZWC ZWD ZWN ZWR";

/// Codes of ISO 4217 that the list leaves out, or that are newer than it: metals, units, no currency. Source: ISO 4217, table A.1.
const OTHERS: &str = "SLE VED VES XAG XAU XBA XBB XBC XBD XCG XPD XPT XSU XTS XUA XXX ZWG";

/// Returns true if ISO 4217 lists or listed three capitals as a currency.
pub fn is_known(code: &str) -> bool {
    let mut others = FORMER.split_whitespace().chain(OTHERS.split_whitespace());
    Codelist::Currency.has(code) || others.any(|known| known == code)
}

/// The longest words that are kept, in bytes.
const LONGEST: usize = 23;

/// Text of a source in place of a currency code that names none: `$`, `FCFA`. Cut after 23 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CurrencyWords {
    bytes: [u8; LONGEST],
    length: u8,
}

impl CurrencyWords {
    /// The words of a source; `None` for none.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let kept = text.get(..end)?.trim_end();
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..kept.len())?.copy_from_slice(kept.as_bytes());
        let length = u8::try_from(kept.len()).ok()?;
        (length > 0).then_some(Self { bytes, length })
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        let kept = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(kept).unwrap_or_default()
    }
}

impl fmt::Debug for CurrencyWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn current_and_former_currencies_are_recognised() {
        for code in ["EUR", "ITL", "DEM", "XEU", "ZWG", "XOF", "XXX", "CFP"] {
            assert_eq!(is_known(code), code != "CFP", "{code}");
        }
    }

    #[test]
    fn printed_words_are_kept_up_to_a_length() {
        assert_eq!(
            CurrencyWords::new(" $ ").map(|words| words.as_str().to_owned()).as_deref(),
            Some("$")
        );
        assert_eq!(CurrencyWords::new("  "), None);
        let long = "é".repeat(20);
        assert_eq!(CurrencyWords::new(&long).map(|words| words.as_str().len()), Some(22));
    }
}
