"use strict";
console.error("planted");
document.querySelector("main").append(Object.assign(document.createElement("h2"), { textContent: "By script alone" }));
null.planted();
