#!/usr/bin/env python3
"""Makes the compact lists in this folder from the official codelists of IATI.

  python3 codelists/renew.py FOLDER

FOLDER holds the codelists as XML, one file each, as IATI publishes them. A line of ours is code, English name, French name,
category, and since when the code is withdrawn: a day, or `unknown`; what the official list lacks stays empty.
"""
import csv
import pathlib
import sys
import xml.etree.ElementTree as ET

LISTS = """ActivityScope ActivityStatus ActivityDateType AidType AidTypeVocabulary BudgetIdentifier BudgetIdentifierVocabulary
BudgetNotProvided BudgetStatus BudgetType CashandVoucherModalities CollaborationType ConditionType Country CRSChannelCode Currency DescriptionType DisbursementChannel DocumentCategory FinanceType FlowType
EarmarkingCategory
GeographicExactness GeographicLocationClass GeographicLocationReach GeographicVocabulary HumanitarianScopeType
HumanitarianScopeVocabulary IndicatorMeasure IndicatorVocabulary LocationType OrganisationRole OrganisationType OtherIdentifierType
PolicyMarker PolicyMarkerVocabulary PolicySignificance Region RegionVocabulary RelatedActivityType ResultType ResultVocabulary
Sector SectorCategory SectorVocabulary TagVocabulary TiedStatus TransactionType UNSDG-Goals UNSDG-Targets""".split()
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def text(item, language):
    for narrative in item.iterfind("name/narrative"):
        if (narrative.get(LANG) or "en") == language:
            return " ".join((narrative.text or "").split())
    return ""


def main():
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(__file__).parent
    for name in LISTS:
        rows = {}
        for item in ET.parse(source / f"{name}.xml").getroot().iter("codelist-item"):
            code = item.findtext("code").strip()
            category = (item.findtext("category") or "").strip()
            is_withdrawn = item.get("status") == "withdrawn"
            withdrawn = (item.get("withdrawal-date") or "unknown") if is_withdrawn else ""
            rows[code] = (code, text(item, "en"), text(item, "fr"), category, withdrawn)
        with open(target / f"{name}.csv", "w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([("code", "en", "fr", "category", "withdrawn"), *sorted(rows.values())])


main()
