//! What can be wrong with a file: the closed list of codes, and how a [`Problem`] is made of one.

use crate::model::code::Code;
use crate::model::ledger::{Problem, Severity};

crate::model::code::codes! {
    /// What is wrong with a file, a row or a cell. A code is never renamed and never means something else.
    pub enum ProblemCode {
        /// A file of the seed is not there.
        MissingFile = "MISSING_FILE",
        /// A file that is none of the seed's.
        UnknownFile = "UNKNOWN_FILE",
        /// A file without a single line.
        EmptyFile = "EMPTY_FILE",
        /// A file in UTF-16; nothing of it can be read.
        WrongEncoding = "WRONG_ENCODING",
        /// A file whose lines end as on an old Mac; nothing of it can be read.
        WrongLineEnds = "WRONG_LINE_ENDS",
        /// A file whose cells are not separated by commas alone; nothing of it can be read.
        WrongSeparator = "WRONG_SEPARATOR",
        /// Rows without content; they are no rows.
        EmptyRow = "EMPTY_ROW",
        /// Columns at the end without name and content; they are no columns.
        EmptyColumn = "EMPTY_COLUMN",
        /// A file with a header and no row.
        HeaderOnly = "HEADER_ONLY",
        /// A column that the file must have is not there; none of its rows can be read.
        MissingColumn = "MISSING_COLUMN",
        /// A column that the file does not have; it is not read.
        UnknownColumn = "UNKNOWN_COLUMN",
        /// A column that is there twice. Of a file of the seed no row can be read; in a publisher's, the first counts.
        DuplicateColumn = "DUPLICATE_COLUMN",
        /// The columns stand in another order than agreed.
        ColumnOrder = "COLUMN_ORDER",
        /// Bytes that are no UTF-8.
        BadUtf8 = "BAD_UTF8",
        /// A quote that is opened and never closed; in a publisher's file the line is left out.
        UnclosedQuote = "UNCLOSED_QUOTE",
        /// A row with more or fewer cells than the header.
        RaggedRow = "RAGGED_ROW",
        /// A tab, a line break or another control character in a cell.
        ControlCharacter = "CONTROL_CHARACTER",
        /// White space around the content of a cell.
        OuterSpace = "OUTER_SPACE",
        /// A cell longer than any fact of ours.
        CellTooLong = "CELL_TOO_LONG",
        /// An e-mail address or a telephone number; it is never repeated.
        PersonalData = "PERSONAL_DATA",
        /// A row that is there twice, byte for byte.
        DuplicateRow = "DUPLICATE_ROW",
        /// An empty cell where a value is needed.
        MissingValue = "MISSING_VALUE",
        /// A row that names no source.
        MissingSource = "MISSING_SOURCE",
        /// A word that is not on its closed list.
        UnknownWord = "UNKNOWN_WORD",
        /// A word of the `expect` column that excuses nothing in this file.
        UnknownExpect = "UNKNOWN_EXPECT",
        /// An `expect` that excuses nothing.
        UnneededExpect = "UNNEEDED_EXPECT",
        /// An identifier with characters that none may have.
        BadId = "BAD_ID",
        /// An identifier that an earlier row has.
        DuplicateId = "DUPLICATE_ID",
        /// An identifier that no row has.
        UnknownId = "UNKNOWN_ID",
        /// An identifier of something else than is meant.
        WrongKind = "WRONG_KIND",
        /// An identifier of a row that is left out, or of a file that cannot be read.
        LeftOut = "LEFT_OUT",
        /// A country that countries.csv does not have.
        UnknownCountry = "UNKNOWN_COUNTRY",
        /// A currency that currencies.csv does not have.
        UnknownCurrency = "UNKNOWN_CURRENCY",
        /// A sector that sectors.csv does not have.
        UnknownSector = "UNKNOWN_SECTOR",
        /// A text that is no code of its list, in the file that holds the list.
        BadCode = "BAD_CODE",
        /// An item of a list that is empty.
        EmptyItem = "EMPTY_ITEM",
        /// An item that a list names twice.
        DoubledItem = "DOUBLED_ITEM",
        /// A row that names itself.
        SelfReference = "SELF_REFERENCE",
        /// Rows that contain, follow or stand for one another in a circle.
        Cycle = "CYCLE",
        /// A budget that refers to one of another programme.
        OtherProgramme = "OTHER_PROGRAMME",
        /// A place that lies in one of another country.
        OtherCountry = "OTHER_COUNTRY",
        /// A text that is no date.
        BadDate = "BAD_DATE",
        /// A date that the calendar lacks.
        ImpossibleDate = "IMPOSSIBLE_DATE",
        /// A time that ends before it begins.
        ReversedPeriod = "REVERSED_PERIOD",
        /// A date, and a reason why there is none.
        DateAndAbsence = "DATE_AND_ABSENCE",
        /// A text that is no number.
        BadNumber = "BAD_NUMBER",
        /// A number outside of its bounds.
        OutOfRange = "OUT_OF_RANGE",
        /// An amount below zero.
        NegativeAmount = "NEGATIVE_AMOUNT",
        /// An amount or a number of people of zero, which is the absence ZERO.
        ZeroAmount = "ZERO_AMOUNT",
        /// An amount with more digits after the point than the smallest coin of its currency.
        AmountTooFine = "AMOUNT_TOO_FINE",
        /// Neither an amount nor a reason why there is none.
        MissingAmount = "MISSING_AMOUNT",
        /// An amount, and a reason why there is none.
        AmountAndAbsence = "AMOUNT_AND_ABSENCE",
        /// An amount without a currency.
        AmountWithoutCurrency = "AMOUNT_WITHOUT_CURRENCY",
        /// A currency without an amount.
        CurrencyWithoutAmount = "CURRENCY_WITHOUT_AMOUNT",
        /// A qualifier without an amount.
        QualifierWithoutAmount = "QUALIFIER_WITHOUT_AMOUNT",
        /// A part that is larger than what contains it.
        PartAboveWhole = "PART_ABOVE_WHOLE",
        /// Shares of more than one hundred per cent.
        SharesAbove100 = "SHARES_ABOVE_100",
        /// Agencies that fund a programme beyond its budget.
        AboveBudget = "ABOVE_BUDGET",
        /// A contribution at a time when the mission was not there.
        OutsideMission = "OUTSIDE_MISSION",
        /// A programme at a time when the one that contains it was not there.
        OutsideParent = "OUTSIDE_PARENT",
        /// A second recipient beside the one country of a programme.
        SecondRecipient = "SECOND_RECIPIENT",
        /// A country that receives the same programme twice.
        DuplicateRecipient = "DUPLICATE_RECIPIENT",
        /// A contribution of people without a number of them, or a reason why there is none.
        MissingHeadcount = "MISSING_HEADCOUNT",
        /// A number of people, and a reason why there is none.
        HeadcountAndAbsence = "HEADCOUNT_AND_ABSENCE",
        /// People, where money or things are given.
        NotPersonnel = "NOT_PERSONNEL",
        /// Humanitarian money under DEFENCE.
        HumanitarianWall = "HUMANITARIAN_WALL",
        /// One of two coordinates.
        HalfPoint = "HALF_POINT",
        /// A text that is no address of a page on the web.
        BadUrl = "BAD_URL",
        /// A text that is no digest, language or other token of a fixed form.
        BadToken = "BAD_TOKEN",
        /// A quotation longer than a figure, date or name.
        LongQuote = "LONG_QUOTE",
        /// A field that a record of this kind does not have.
        UnknownField = "UNKNOWN_FIELD",
        /// A month that a currency has a rate for already.
        DuplicateMonth = "DUPLICATE_MONTH",
        /// A currency that has a parity already.
        DuplicateParity = "DUPLICATE_PARITY",

        // Files of publishers: IATI, FTS, CRS.
        /// A file that is not well-formed; what stood before the place is kept.
        NotWellFormed = "NOT_WELL_FORMED",
        /// A file that ends before its elements do; what stood before is kept.
        Truncated = "TRUNCATED",
        /// A file that declares entities of its own, which are never followed.
        EntityDeclaration = "ENTITY_DECLARATION",
        /// More of one kind than one record may hold; the rest is not read, and the source file keeps it.
        Surplus = "SURPLUS",
        /// A tag, a text, an activity or a nesting larger than any honest file has it.
        TooLarge = "TOO_LARGE",
        /// A file of no format that is known.
        UnknownFormat = "UNKNOWN_FORMAT",
        /// A file that holds nothing of its format.
        NothingInFile = "NOTHING_IN_FILE",
        /// A reference to an entity that nobody declares; it stays in the text.
        UnknownEntity = "UNKNOWN_ENTITY",
        /// An activity without identifier, or with a placeholder for one; it is kept under one of its file.
        NoIdentifier = "NO_IDENTIFIER",
        /// An identifier that an earlier activity of the file has with other content; both are kept.
        RepeatedIdentifier = "REPEATED_IDENTIFIER",
        /// An identifier that another activity has; one of them counts.
        DuplicateIdentifier = "DUPLICATE_IDENTIFIER",
        /// A reference to an organisation that stands for a missing one; its name tells who is meant.
        PlaceholderReference = "PLACEHOLDER_REFERENCE",
        /// A reference to an organisation that is the code of a whole kind; its name tells who is meant.
        KindAsReference = "KIND_AS_REFERENCE",
        /// White space within an identifier.
        OddIdentifier = "ODD_IDENTIFIER",
        /// An activity without title; its identifier stands for it.
        NoTitle = "NO_TITLE",
        /// An organisation with neither reference nor name; it cannot be told from others and is left off.
        NamelessOrganisation = "NAMELESS_ORGANISATION",
        /// A text that is no date that can be read; the date is not known.
        UnreadableDate = "UNREADABLE_DATE",
        /// A text that is no number that can be read.
        UnreadableNumber = "UNREADABLE_NUMBER",
        /// A text that is neither yes nor no.
        UnreadableFlag = "UNREADABLE_FLAG",
        /// A text that is no amount that can be read; the amount is not stated.
        UnreadableAmount = "UNREADABLE_AMOUNT",
        /// Coordinates that cannot be read.
        UnreadablePoint = "UNREADABLE_POINT",
        /// An amount with a comma, and what it was read as.
        AmountWithComma = "AMOUNT_WITH_COMMA",
        /// An amount without a currency; it is kept in XXX, no currency.
        NoCurrency = "NO_CURRENCY",
        /// Several values where there can be one; the first counts.
        SeveralValues = "SEVERAL_VALUES",
        /// An element without the code or reference that it stands for.
        NoCode = "NO_CODE",
        /// A code that is not on its list; it is kept as published.
        OddCode = "ODD_CODE",
        /// A code that its list has as withdrawn; it is kept.
        WithdrawnCode = "WITHDRAWN_CODE",
        /// A currency that is not on the list of ISO 4217; amounts keep it, and nothing converts them.
        OddCurrency = "ODD_CURRENCY",
        /// A movement or plan of money without a day; it is in no year.
        NoDate = "NO_DATE",
        /// An element or attribute that the standard writes otherwise, or an element that only wraps others; it is read.
        OddName = "ODD_NAME",
        /// An element that no version of the standard has in its place; nothing in it is read.
        UnknownElement = "UNKNOWN_ELEMENT",
        /// An attribute that no version of the standard has in its place; it is not read.
        UnknownAttribute = "UNKNOWN_ATTRIBUTE",
        /// An activity or organisation of which no element is of the standard; it is left out.
        NotUnderstood = "NOT_UNDERSTOOD",
        /// A country whose code is none of two letters.
        OddCountry = "ODD_COUNTRY",
        /// A sector whose code is none of the OECD DAC.
        OddSector = "ODD_SECTOR",
        /// Shares that do not make one hundred per cent.
        SharesDoNotAddUp = "SHARES_DO_NOT_ADD_UP",
        /// Several countries, regions or sectors, and no shares that divide them.
        SharesMissing = "SHARES_MISSING",
        /// An e-mail address that was left out of a text.
        AddressLeftOut = "ADDRESS_LEFT_OUT",
        /// A value that stands for none, −1 for instance.
        Placeholder = "PLACEHOLDER",
        /// Sums of records that are published elsewhere, which would count the same money twice.
        TotalsOnly = "TOTALS_ONLY",
        /// An amount so large that the unit of the file may be another.
        OddUnit = "ODD_UNIT",
        /// Several names that cannot be told apart, or are not given.
        JoinedNames = "JOINED_NAMES",
        /// A file in another encoding than it declares; it is read as what it is.
        OtherEncoding = "OTHER_ENCODING",
        /// Bytes that stand for no character in the encoding of the file; U+FFFD stands for them.
        UnknownCharacter = "UNKNOWN_CHARACTER",
        /// An activity within another; it is left out.
        NestedActivity = "NESTED_ACTIVITY",
        /// Bytes behind the end of what gzip packed; they are left out.
        TrailingBytes = "TRAILING_BYTES",
        /// A file that cannot be read from where it lies, or not to its end; nothing of it is taken.
        UnreadableFile = "UNREADABLE_FILE",
        /// A name that no imported file may have.
        BadName = "BAD_NAME",
    }
}

/// The longest value that a problem shows, in characters.
const SHOWN: usize = 120;

impl ProblemCode {
    /// A problem of this code with a whole file.
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

/// A value as a problem shows it: without control characters, cut to a short length.
pub(super) fn shown(value: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut text: String = value.chars().take(SHOWN).map(clean).collect();
    if value.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
