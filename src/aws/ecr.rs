//! ECR's calls, in Greengate's words.
