import '../shared/site.css';

document.querySelector('#main')!;
