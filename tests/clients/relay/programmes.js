import { graphql } from 'relay-runtime';

graphql`
  query programmesQuery($first: Int!, $after: String) {
    ...programmes_list @arguments(first: $first, after: $after)
  }
`;

graphql`
  fragment programmes_list on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "programmesPageQuery") {
    programmes(first: $first, after: $after) @connection(key: "list_programmes") {
      edges {
        node {
          id
          identifier
        }
      }
    }
  }
`;

graphql`
  subscription programmesSubscription {
    datasetChanged {
      version
    }
  }
`;
