//! The binary: parse, run, exit code; nothing else.

fn main() {
    println!("{}", aidgraph::graphql::sdl());
}
