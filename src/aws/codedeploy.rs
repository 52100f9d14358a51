//! CodeDeploy's calls, in Greengate's words.
