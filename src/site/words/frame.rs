//! Words around every page: head, navigation, bar and footer.

super::words! {
    TAGLINE = "Who does what, where, with whom, for how much, and how do we know?",
        "Qui fait quoi, où, avec qui, pour combien, et comment le sait-on ?";
    DESCRIPTION = "An open graph of development cooperation: diplomacy, development and defence, with the source of every figure.",
        "Un graphe ouvert de la coopération au développement : diplomatie, développement et défense, avec la source de chaque chiffre.";
    SKIP = "Skip to the content", "Aller au contenu";
    SITE = "Site", "Site";
    EXPLORE = "Explore", "Explorer";
    TABLES = "Tables", "Tableaux";
    PLAYGROUND = "GraphQL", "GraphQL";
    SEARCH = "Search", "Rechercher";
    SEARCH_ALL = "Search programmes, agencies, places, publications", "Chercher programmes, organismes, lieux, publications";
    LANGUAGE = "Language", "Langue";
    VIEW = "This view", "Cette vue";
    FACTS = "Facts", "Faits";
    CHART = "Chart", "Graphique";
    MAP = "Map", "Carte";
    AS_TABLE = "The same as a table", "La même chose en tableau";
    BRIEFING = "Mali", "Mali";
    MISSIONS = "Missions", "Missions";
    FLOWS = "Flows", "Flux";
    DATA = "Data", "Données";
    SOURCES = "Sources", "Sources";
    CURRENCY = "Currency", "Devise";
    DOWNLOAD = "Download", "Télécharger";
    LINK = "Link", "Lien";
    EMBED = "Embed", "Intégrer";
    CITE = "Cite", "Citer";
    ASK = "Ask in GraphQL", "Demander en GraphQL";
    LINK_HELP = "This address shows the same view to everyone.", "Cette adresse montre la même vue à chacun.";
    EMBED_HELP = "The view without its frame, for pages whose origin the operator allows.",
        "La vue sans son cadre, pour les pages dont l'exploitant autorise l'origine.";
    COPY = "Copy", "Copier";
    COPIED = "Copied", "Copié";
    QUERY = "Query", "Requête";
    VARIABLES = "Variables", "Variables";
    OPEN_PLAYGROUND = "Open in the playground", "Ouvrir dans l'éditeur";
    ASK_HELP = "This view asked exactly this.", "Cette vue a posé exactement cette question.";
    DATA_VERSION = "Data version", "Version des données";
    FOOTER = "Part of cooperation is money, part of it is not; both are here. Unknown is unknown, never zero. Development and humanitarian amounts are never silently added together.",
        "Une part de la coopération est de l'argent, une autre non ; les deux sont ici. L'inconnu reste inconnu, jamais zéro. L'aide au développement et l'aide humanitaire ne sont jamais additionnées sans le dire.";
    OPEN_ORIGINAL = "Open the full page", "Ouvrir la page complète";
    SCHEMA = "Schema", "Schéma";
    STATUS = "Status", "État";
    NOT_FOUND = "Nothing at this address", "Rien à cette adresse";
    REBUILDING = "The data is being built", "Les données sont en construction";
    REBUILDING_HELP = "Reload this page in a few seconds.", "Rechargez cette page dans quelques secondes.";
    FAILED = "This page could not be made", "Cette page n'a pas pu être produite";
    SIGN_IN = "This service requires a token", "Ce service exige un jeton";
    BUSY = "The service is busy", "Le service est occupé";
    AMONG = "Among", "Parmi";
    EVERYTHING = "everything", "tout";
    ALL_OF_KIND = "All of this kind", "Tous de ce type";
    NEAR = "Perhaps you meant", "Vouliez-vous dire";
    CODE = "Code", "Code";
    GO_HOME = "Back to the start", "Retour à l'accueil";
}
