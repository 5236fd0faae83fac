"""A class: submissions found, graded in killable children, marked, told to students, reviewed by people, exported."""
