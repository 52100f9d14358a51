//! The image: there already, or built and pushed.
