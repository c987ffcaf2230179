"""What people keep beside the index: collected passages, saved searches, drafts."""
