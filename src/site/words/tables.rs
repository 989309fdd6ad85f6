//! Words of the list of tables.

super::words! {
    TITLE = "Tables", "Tableaux";
    LEAD = "Each address is a whole table for a spreadsheet, a dashboard or a data frame. Add up “counted”: its sum counts each amount once, and “left_out” gives the reason where an amount does not count. An empty cell is unknown, never zero.",
        "Chaque adresse est un tableau entier pour un tableur, un tableau de bord ou un programme. Additionnez « counted » : sa somme compte chaque montant une fois, et « left_out » dit pourquoi un montant ne compte pas. Une cellule vide est inconnue, jamais zéro.";
    ALL = "All tables", "Tous les tableaux";
    SAVED = "Saved queries", "Questions enregistrées";
    FILTER = "Filter and formats", "Filtre et formats";
    COLUMNS = "Columns", "Colonnes";
    COLUMN = "Column", "Colonne";
    TYPE = "Type", "Type";
    UNIT = "Unit or codes", "Unité ou codes";
    MEANING = "Meaning", "Sens";
}
