"""议题: what is to be talked over on the models of a project, as BCF has it: topics, comments, viewpoints."""
