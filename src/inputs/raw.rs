//! Inputs as the runner sends them: one optional text a field, named as in `action.yml`.
