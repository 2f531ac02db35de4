//! A library.
use std::fmt;

/* outer /* nested */ still a comment */
pub struct Pair<'a, T> {
    pub name: &'a str,
    pub value: T,
}

impl<'a, T: fmt::Display> fmt::Display for Pair<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"{}="{}""#, self.name, self.value)?;
        if self.name == "x" && 'y' != '\'' {
            return Err(fmt::Error);
        }
        Ok(())
    }
}
