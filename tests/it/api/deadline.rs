//! Queries past their deadline end with a timeout, whatever their result would be.

use std::sync::Arc;
use std::time::Duration;

use aidgraph::model::noun::Kind;
use aidgraph::model::page::Page;
use aidgraph::model::programme::Programme;
use aidgraph::model::transaction::Transaction;
use aidgraph::read::error::Error;
use aidgraph::read::filter::Filter;
use aidgraph::read::flows::{BoundaryQuery, FlowScope};
use aidgraph::read::groups::{Amounts, GroupDimension, GroupOrder};
use aidgraph::read::reader::{Ordering, Reader, Sort};
use aidgraph::read::search::{SearchFilter, SearchQuery};
use aidgraph::read::total::TotalsQuery;
use aidgraph::read::work::Deadline;

use super::LIVE;

/// Runs each kind of query and returns its result by name.
fn all(reader: &Reader) -> Vec<(&'static str, Result<(), Error>)> {
    let everything = Filter::All;
    let request = TotalsQuery { filter: &everything, convert: None };
    let question = SearchQuery::new("mali water").unwrap();
    let ordering = Ordering { sort: Sort::Name, descending: true };
    let dated = Ordering { sort: Sort::Date, descending: true };
    let page = Page::new(Some(10), None, None, None).unwrap();
    let boundary = BoundaryQuery {
        agencies: Vec::new(),
        countries: vec!["ML".parse().unwrap()],
        years: Vec::new(),
    };
    let by = [GroupDimension::Year];
    let order = GroupOrder::Value;
    let text = Filter::Text("mali".to_owned());
    let within = LIVE.current().unwrap();
    let named = SearchQuery::new("mali").unwrap();
    let found = within.search(&named, Kind::ALL, &SearchFilter::default()).unwrap();
    let record = within.hit(found.hits[0]).unwrap();
    vec![
        ("snippet", reader.snippet(&record, &question, false).map(drop)),
        ("search", reader.search(&question, Kind::ALL, &SearchFilter::default()).map(drop)),
        ("text", reader.count_matching(Kind::Programme, &text).map(drop)),
        ("page", reader.page::<Programme>(&everything, ordering, &page).map(drop)),
        ("rows", reader.page::<Transaction>(&everything, dated, &page).map(drop)),
        ("details", reader.details("LUX-MLI-1").map(drop)),
        ("all", reader.all::<Programme>(&everything).map(drop)),
        ("keys", reader.keys(Kind::ALL, &everything).map(drop)),
        ("items", reader.items::<Transaction>(&request).map(drop)),
        ("groups", reader.groups(Amounts::Budgets, &request, &by, order, 0..10).map(drop)),
        ("totals", reader.list_totals(Amounts::Budgets, &request, 10).map(drop)),
        ("flows", reader.flows(&boundary, FlowScope::All, None).map(drop)),
    ]
}

#[test]
fn every_query_ends_at_its_deadline() {
    let reader = LIVE.current().unwrap();
    for (name, found) in all(&reader.until(Arc::new(Deadline::after(Duration::from_secs(600))))) {
        assert!(found.is_ok(), "{name}: {found:?}");
    }
    for (name, found) in all(&reader.until(Arc::new(Deadline::after(Duration::ZERO)))) {
        assert!(matches!(found, Err(Error::TimedOut { .. })), "{name}: {found:?}");
    }
}
