throw new Error('a folder means its direct children only');
