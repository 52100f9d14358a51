//! ECS's calls, in Greengate's words.
