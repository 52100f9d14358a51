//! The deployment: started once, followed to its end.
