//! Problem codes: the closed list of defects in a file, and constructors of a [`Problem`].

use crate::model::code::Code;
use crate::model::ledger::{Problem, Severity};

crate::model::code::codes! {
    /// Defect of a file, a row or a cell. A code is never renamed and never changes its meaning.
    pub enum ProblemCode {
        /// A missing file of the seed.
        MissingFile = "MISSING_FILE",
        /// A file that is not part of the seed.
        UnknownFile = "UNKNOWN_FILE",
        /// A file without a single line.
        EmptyFile = "EMPTY_FILE",
        /// An unreadable file in UTF-16.
        WrongEncoding = "WRONG_ENCODING",
        /// An unreadable file with classic Mac OS line ends.
        WrongLineEnds = "WRONG_LINE_ENDS",
        /// An unreadable file with other separators than commas.
        WrongSeparator = "WRONG_SEPARATOR",
        /// Blank rows, which are ignored.
        EmptyRow = "EMPTY_ROW",
        /// Trailing columns without name and content, which are ignored.
        EmptyColumn = "EMPTY_COLUMN",
        /// A file with a header and no row.
        HeaderOnly = "HEADER_ONLY",
        /// A missing mandatory column; no row of the file can be read.
        MissingColumn = "MISSING_COLUMN",
        /// An unknown column, which is not read.
        UnknownColumn = "UNKNOWN_COLUMN",
        /// A duplicate column. In a file of the seed no row can be read; in a publisher's file the first counts.
        DuplicateColumn = "DUPLICATE_COLUMN",
        /// Columns in another order than specified.
        ColumnOrder = "COLUMN_ORDER",
        /// Invalid UTF-8.
        BadUtf8 = "BAD_UTF8",
        /// An unclosed quote; in a publisher's file the line is left out.
        UnclosedQuote = "UNCLOSED_QUOTE",
        /// A row with more or fewer cells than the header.
        RaggedRow = "RAGGED_ROW",
        /// A tab, a line break or another control character in a cell.
        ControlCharacter = "CONTROL_CHARACTER",
        /// White space around the content of a cell.
        OuterSpace = "OUTER_SPACE",
        /// A cell longer than any expected value.
        CellTooLong = "CELL_TOO_LONG",
        /// An e-mail address or a telephone number; the message never repeats it.
        PersonalData = "PERSONAL_DATA",
        /// A byte-for-byte duplicate of a row.
        DuplicateRow = "DUPLICATE_ROW",
        /// An empty mandatory cell.
        MissingValue = "MISSING_VALUE",
        /// A row without a source.
        MissingSource = "MISSING_SOURCE",
        /// A word that is not on its closed list.
        UnknownWord = "UNKNOWN_WORD",
        /// A word of the `expect` column that is not allowed in this file.
        UnknownExpect = "UNKNOWN_EXPECT",
        /// An `expect` without a problem to suppress.
        UnneededExpect = "UNNEEDED_EXPECT",
        /// An identifier with invalid characters.
        BadId = "BAD_ID",
        /// A duplicate identifier.
        DuplicateId = "DUPLICATE_ID",
        /// An identifier that no row has.
        UnknownId = "UNKNOWN_ID",
        /// An identifier of another kind of record than required.
        WrongKind = "WRONG_KIND",
        /// An identifier of a quarantined row, or of a file that cannot be read.
        LeftOut = "LEFT_OUT",
        /// A country that is not in countries.csv.
        UnknownCountry = "UNKNOWN_COUNTRY",
        /// A currency that is not in currencies.csv.
        UnknownCurrency = "UNKNOWN_CURRENCY",
        /// A sector that is not in sectors.csv.
        UnknownSector = "UNKNOWN_SECTOR",
        /// A text that is not a code of its list, in the file that holds the list.
        BadCode = "BAD_CODE",
        /// An empty item of a list.
        EmptyItem = "EMPTY_ITEM",
        /// A duplicate item of a list.
        DoubledItem = "DOUBLED_ITEM",
        /// A row that refers to itself.
        SelfReference = "SELF_REFERENCE",
        /// Rows that contain, follow or replace one another in a cycle.
        Cycle = "CYCLE",
        /// A budget that refers to one of another programme.
        OtherProgramme = "OTHER_PROGRAMME",
        /// A place contained in one of another country.
        OtherCountry = "OTHER_COUNTRY",
        /// A text that is not a date.
        BadDate = "BAD_DATE",
        /// A date that does not exist in the calendar.
        ImpossibleDate = "IMPOSSIBLE_DATE",
        /// A period that ends before it begins.
        ReversedPeriod = "REVERSED_PERIOD",
        /// Both a date and a reason for its absence.
        DateAndAbsence = "DATE_AND_ABSENCE",
        /// A text that is not a number.
        BadNumber = "BAD_NUMBER",
        /// A number out of bounds.
        OutOfRange = "OUT_OF_RANGE",
        /// A negative amount.
        NegativeAmount = "NEGATIVE_AMOUNT",
        /// An amount or a number of people of zero, which is the absence ZERO.
        ZeroAmount = "ZERO_AMOUNT",
        /// An amount with more decimals than the minor unit of its currency.
        AmountTooFine = "AMOUNT_TOO_FINE",
        /// Neither an amount nor a reason for its absence.
        MissingAmount = "MISSING_AMOUNT",
        /// Both an amount and a reason for its absence.
        AmountAndAbsence = "AMOUNT_AND_ABSENCE",
        /// An amount without a currency.
        AmountWithoutCurrency = "AMOUNT_WITHOUT_CURRENCY",
        /// A currency without an amount.
        CurrencyWithoutAmount = "CURRENCY_WITHOUT_AMOUNT",
        /// A qualifier without an amount.
        QualifierWithoutAmount = "QUALIFIER_WITHOUT_AMOUNT",
        /// A part that is larger than its whole.
        PartAboveWhole = "PART_ABOVE_WHOLE",
        /// Shares of more than 100 per cent.
        SharesAbove100 = "SHARES_ABOVE_100",
        /// Agencies that fund a programme beyond its budget.
        AboveBudget = "ABOVE_BUDGET",
        /// A contribution dated outside the period of its mission.
        OutsideMission = "OUTSIDE_MISSION",
        /// A programme dated outside the period of the one that contains it.
        OutsideParent = "OUTSIDE_PARENT",
        /// A second recipient beside the only country of a programme.
        SecondRecipient = "SECOND_RECIPIENT",
        /// A country that receives the same programme twice.
        DuplicateRecipient = "DUPLICATE_RECIPIENT",
        /// A contribution of people with neither a number of them nor a reason for its absence.
        MissingHeadcount = "MISSING_HEADCOUNT",
        /// Both a number of people and a reason for its absence.
        HeadcountAndAbsence = "HEADCOUNT_AND_ABSENCE",
        /// People in a contribution of money or goods.
        NotPersonnel = "NOT_PERSONNEL",
        /// Humanitarian money under DEFENCE.
        HumanitarianWall = "HUMANITARIAN_WALL",
        /// One of two coordinates without the other.
        HalfPoint = "HALF_POINT",
        /// A text that is not the URL of a web page.
        BadUrl = "BAD_URL",
        /// A text that is not a valid digest, language or other fixed-form token.
        BadToken = "BAD_TOKEN",
        /// A quotation longer than a figure, date or name.
        LongQuote = "LONG_QUOTE",
        /// A field that a record of this kind does not have.
        UnknownField = "UNKNOWN_FIELD",
        /// A second rate of a currency for one month.
        DuplicateMonth = "DUPLICATE_MONTH",
        /// A second parity of a currency.
        DuplicateParity = "DUPLICATE_PARITY",

        // Publishers' files: IATI, FTS, CRS.
        /// A file that is not well-formed; everything before the error is kept.
        NotWellFormed = "NOT_WELL_FORMED",
        /// A truncated file with unclosed elements; everything before the end is kept.
        Truncated = "TRUNCATED",
        /// A file that declares entities of its own, which are never expanded.
        EntityDeclaration = "ENTITY_DECLARATION",
        /// More items of one kind than a record may hold; the rest is not read, and the source file keeps it.
        Surplus = "SURPLUS",
        /// A tag, text, activity or nesting depth beyond the limits for valid files.
        TooLarge = "TOO_LARGE",
        /// A file of unknown format.
        UnknownFormat = "UNKNOWN_FORMAT",
        /// A file without any record of its format.
        NothingInFile = "NOTHING_IN_FILE",
        /// A reference to an undeclared entity; it stays in the text.
        UnknownEntity = "UNKNOWN_ENTITY",
        /// A missing or placeholder activity identifier; the activity is kept under a generated one.
        NoIdentifier = "NO_IDENTIFIER",
        /// A duplicate activity identifier with other content in the same file; both activities are kept.
        RepeatedIdentifier = "REPEATED_IDENTIFIER",
        /// An activity identifier that another activity has; one of them counts.
        DuplicateIdentifier = "DUPLICATE_IDENTIFIER",
        /// A placeholder as organisation reference; the name identifies the organisation.
        PlaceholderReference = "PLACEHOLDER_REFERENCE",
        /// A category code as organisation reference; the name identifies the organisation.
        KindAsReference = "KIND_AS_REFERENCE",
        /// White space within an identifier.
        OddIdentifier = "ODD_IDENTIFIER",
        /// An activity without title; its identifier replaces it.
        NoTitle = "NO_TITLE",
        /// An organisation with neither reference nor name; it cannot be identified and is left out.
        NamelessOrganisation = "NAMELESS_ORGANISATION",
        /// An unreadable date; the date is unknown.
        UnreadableDate = "UNREADABLE_DATE",
        /// An unreadable number.
        UnreadableNumber = "UNREADABLE_NUMBER",
        /// An unreadable boolean.
        UnreadableFlag = "UNREADABLE_FLAG",
        /// An unreadable amount; the amount is not stated.
        UnreadableAmount = "UNREADABLE_AMOUNT",
        /// Unreadable coordinates.
        UnreadablePoint = "UNREADABLE_POINT",
        /// An amount with a comma, with the number that was read.
        AmountWithComma = "AMOUNT_WITH_COMMA",
        /// An amount without a currency; it is kept in XXX, no currency.
        NoCurrency = "NO_CURRENCY",
        /// Several values where one is allowed; the first counts.
        SeveralValues = "SEVERAL_VALUES",
        /// An element without its mandatory code or reference.
        NoCode = "NO_CODE",
        /// A code that is not on its list; it is kept as published.
        OddCode = "ODD_CODE",
        /// A withdrawn code of its list; it is kept.
        WithdrawnCode = "WITHDRAWN_CODE",
        /// A currency that is not in ISO 4217; amounts keep it, and are never converted.
        OddCurrency = "ODD_CURRENCY",
        /// An undated movement or plan of money; it belongs to no year.
        NoDate = "NO_DATE",
        /// A misspelt element or attribute, or a superfluous wrapper element; it is read.
        OddName = "ODD_NAME",
        /// An element unknown to every version of the standard in its position; its content is not read.
        UnknownElement = "UNKNOWN_ELEMENT",
        /// An attribute unknown to every version of the standard in its position; it is not read.
        UnknownAttribute = "UNKNOWN_ATTRIBUTE",
        /// An activity or organisation without any element of the standard; it is left out.
        NotUnderstood = "NOT_UNDERSTOOD",
        /// A country without a valid two-letter code.
        OddCountry = "ODD_COUNTRY",
        /// A sector without a valid OECD DAC code.
        OddSector = "ODD_SECTOR",
        /// Shares that do not add up to 100 per cent.
        SharesDoNotAddUp = "SHARES_DO_NOT_ADD_UP",
        /// Several countries, regions or sectors without shares.
        SharesMissing = "SHARES_MISSING",
        /// An e-mail address that was removed from a text.
        AddressLeftOut = "ADDRESS_LEFT_OUT",
        /// A value that represents an absence, such as −1.
        Placeholder = "PLACEHOLDER",
        /// Sums of records that are published elsewhere, which would count the same money twice.
        TotalsOnly = "TOTALS_ONLY",
        /// An amount so large that the file may be in another unit.
        OddUnit = "ODD_UNIT",
        /// Several names that are ambiguous or missing.
        JoinedNames = "JOINED_NAMES",
        /// A file in another encoding than declared; it is read in its actual encoding.
        OtherEncoding = "OTHER_ENCODING",
        /// Invalid bytes in the encoding of the file, replaced by U+FFFD.
        UnknownCharacter = "UNKNOWN_CHARACTER",
        /// An activity within another; it is left out.
        NestedActivity = "NESTED_ACTIVITY",
        /// Trailing bytes behind gzip data; they are left out.
        TrailingBytes = "TRAILING_BYTES",
        /// A source file that cannot be read completely; nothing of it is imported.
        UnreadableFile = "UNREADABLE_FILE",
        /// A name that no imported file may have.
        BadName = "BAD_NAME",
    }
}

/// Maximum length of a value in a problem, in characters.
const SHOWN: usize = 120;

impl ProblemCode {
    /// Creates a problem of this code for a whole file.
    pub(super) fn of_file(
        self,
        severity: Severity,
        file: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Problem {
        Problem {
            severity,
            code: self.as_str().to_owned(),
            file: file.to_owned(),
            line: None,
            column: None,
            id: None,
            value: None,
            message: message.into(),
            help,
        }
    }
}

/// Formats a value for a problem: without control characters, and truncated.
pub(super) fn shown(value: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut text: String = value.chars().take(SHOWN).map(clean).collect();
    if value.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
